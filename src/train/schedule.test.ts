import { describe, expect, it } from 'vitest';
import { configSchema } from '../settings/config.ts';
import { fixedPlan, progressAt, type StepPlan, scheduleAt, totalSteps } from './schedule.ts';

describe('progressAt', () => {
  it.each([
    [0, 0],
    [25, 0.25],
    [99, 0.99],
    [100, 1],
    [120, 1],
  ])('step %i of 100 is %f', (step, expected) => {
    expect(progressAt(fixedPlan(100), step)).toBeCloseTo(expected, 12);
  });

  const replanned: StepPlan = [
    { step: 0, progress: 0, totalSteps: 100 },
    { step: 40, progress: 0.4, totalSteps: 60 },
  ];

  it.each([
    [20, 0.2],
    [40, 0.4],
    [50, 0.7],
    [60, 1],
  ])('keeps the past of a re-planned training and hurries through its rest: step %i is %f', (step, expected) => {
    expect(progressAt(replanned, step)).toBeCloseTo(expected, 12);
    expect(totalSteps(replanned)).toBe(60);
  });

  it('is 1 where nothing is left', () => {
    expect(progressAt([{ step: 10, progress: 0.5, totalSteps: 10 }], 10)).toBe(1);
  });
});

describe('scheduleAt', () => {
  const config = configSchema.parse({
    optimiser: { learningRate: 0.1, rampSteps: 10, power: 2 },
    consistency: { weight: 3, start: 0.2, ramp: 0.4 },
    contrast: { weight: 0.5, warmUp: 0.6, lambda: 4 },
    ema: 0.95,
  });

  it.each([
    ['the learning rate rises over the first steps', 0, 0, { learningRate: 0.01 }],
    ['and is whole after them', 9, 0, { learningRate: 0.1 }],
    ['then decays by its power', 50, 0.5, { learningRate: 0.025 }],
    ['down to 0', 100, 1, { learningRate: 0 }],
    ['the teacher starts as a copy of the student', 0, 0, { emaDecay: 0 }],
    ['then follows their mean', 3, 0.03, { emaDecay: 0.75 }],
    ['and at last alpha', 50, 0.5, { emaDecay: 0.95 }],
    ['beta is 0 before its start', 10, 0.19, { beta: 0 }],
    ['beta rises', 40, 0.4, { beta: 1.5 }],
    ['beta stays', 90, 0.9, { beta: 3 }],
    ['lambda is 0 until the warm-up ends', 60, 0.6, { lambda: 0, gamma: 0.5 }],
    ['lambda rises to the end', 80, 0.8, { lambda: 2 }],
    ['lambda is whole at the end', 100, 1, { lambda: 4 }],
  ] as const)('%s', (_, step, progress, expected) => {
    const found = scheduleAt(config, step, progress);
    for (const [name, value] of Object.entries(expected)) {
      expect(found[name as keyof typeof found], name).toBeCloseTo(value, 12);
    }
  });

  it('needs no ramp', () => {
    const flat = configSchema.parse({
      optimiser: { rampSteps: 0 },
      consistency: { start: 0, ramp: 0 },
      contrast: { warmUp: 1 },
    });
    expect(scheduleAt(flat, 0, 0)).toMatchObject({ learningRate: 2e-3, beta: flat.consistency.weight, lambda: 0 });
  });
});
