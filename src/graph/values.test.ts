import { describe, expect, it } from 'vitest';
import { evaluate } from '../testing/evaluate.ts';
import { VALUE_CASES } from './testing/value-cases.ts';

const cases = Object.entries(VALUE_CASES).flatMap(([name, forwards]) =>
  forwards.map((forward) => [name, forward.title, forward] as const),
);

describe('operators give', () => {
  it.each(cases)('%s: %s', async (_name, _title, { build, shape, values }) => {
    const y = build();
    expect(y.shape).toEqual(shape);
    const found = (await evaluate({ y })).y as number[];
    expect(found).toHaveLength(values.length);
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(values[i] as number, 4);
    });
  });
});
