import { describe, expect, it } from 'vitest';
import { betterNetwork, isBetter } from './selection.ts';

describe('the network that a validation speaks for', () => {
  it.each([
    ['student', { student: 0.8, teacher: 0.7 }],
    ['teacher', { student: 0.7, teacher: 0.8 }],
    ['teacher', { student: 0.7, teacher: 0.7 }],
    ['teacher', { student: null, teacher: null }],
    ['student', { student: 0, teacher: null }],
  ] as const)('is the %s of %j', (expected, dice) => {
    expect(betterNetwork(dice)).toBe(expected);
  });
});

describe('a validation is the best so far', () => {
  it.each([
    [true, 0, undefined],
    [true, 0.6, 0.5],
    [false, 0.5, 0.5],
    [false, 0.4, 0.5],
    // Nothing to measure: the newest network is the best there is.
    [true, null, undefined],
    [true, null, null],
    // What was measured counts more than what was not.
    [false, null, 0.5],
    [true, 0.1, null],
  ] as const)('%s: %s after %s', (expected, dice, best) => {
    expect(isBetter(dice, best)).toBe(expected);
  });
});
