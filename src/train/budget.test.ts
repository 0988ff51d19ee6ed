import { describe, expect, it } from 'vitest';
import type { Phase } from '../methods/method.ts';
import { relativeCost, TimeBudget } from './budget.ts';
import { progressAt, totalSteps } from './schedule.ts';

const phase = (name: string, start: number, usesUnlabelled: boolean): Phase => ({
  name,
  start,
  usesUnlabelled,
  objective: () => ({ terms: {} }),
});
const labels = phase('labels', 0, false);
const consistency = phase('consistency', 0.5, true);
const BATCH = { labelled: 2, unlabelled: 2 };

const record = (budget: TimeBudget, of: Phase, seconds: number, steps = 6) => {
  for (let i = 0; i < steps; i++) budget.recordStep(of, seconds);
};

describe('relativeCost', () => {
  it('counts passes: forward 1, backward 2, the teacher forward only', () => {
    expect(relativeCost(labels, BATCH)).toBe(6);
    expect(relativeCost(consistency, BATCH)).toBe(14);
  });
});

describe('TimeBudget', () => {
  it('is ready once a step beyond the first two was timed', () => {
    const budget = new TimeBudget(60, [labels], BATCH);
    record(budget, labels, 1, 2);
    expect(budget.ready).toBe(false);
    record(budget, labels, 1, 1);
    expect(budget.ready).toBe(true);
  });

  it('fits steps of one phase and validations into what is left', () => {
    const budget = new TimeBudget(100, [labels], BATCH);
    record(budget, labels, 0.5);
    budget.recordValidation(5);
    const plan = budget.replan(undefined, 6, 10, 4);
    // 100 s - 10 s - 4 x 5 s = 70 s, 140 steps after the 6 done.
    expect(totalSteps(plan)).toBe(146);
  });

  it('leaves the first slow steps out', () => {
    const budget = new TimeBudget(100, [labels], BATCH);
    record(budget, labels, 30, 2);
    record(budget, labels, 1, 4);
    expect(totalSteps(budget.replan(undefined, 6, 60, 0))).toBe(46);
  });

  it('estimates a phase to come from its images, then from its own steps', () => {
    const budget = new TimeBudget(100, [labels, consistency], BATCH);
    record(budget, labels, 0.6);
    // Half of the training at 0.6 s, half at 0.6 * 14 / 6 = 1.4 s a step: 1 s on average.
    const plan = budget.replan(undefined, 0, 0, 0);
    expect(totalSteps(plan)).toBe(100);
    record(budget, consistency, 0.4);
    const later = budget.replan(plan, 60, 52, 0);
    // 48 s left, all of it in the second phase at 0.4 s.
    expect(totalSteps(later)).toBe(60 + 120);
  });

  it('keeps the progress of the past when it plans anew', () => {
    const budget = new TimeBudget(100, [labels], BATCH);
    record(budget, labels, 1);
    const plan = budget.replan(undefined, 0, 0, 0);
    const later = budget.replan(plan, 50, 80, 0);
    for (const step of [0, 10, 49, 50]) expect(progressAt(later, step)).toBeCloseTo(progressAt(plan, step), 12);
    expect(totalSteps(later)).toBe(70);
    expect(progressAt(later, 70)).toBe(1);
  });

  it('plans one more step when the time is over', () => {
    const budget = new TimeBudget(10, [labels], BATCH);
    record(budget, labels, 1);
    expect(totalSteps(budget.replan(undefined, 6, 30, 2))).toBe(7);
  });
});
