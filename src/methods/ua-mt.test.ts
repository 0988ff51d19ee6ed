import { describe, expect, it } from 'vitest';
import { constant } from '../graph/leaf.ts';
import { evaluate } from '../testing/evaluate.ts';
import { computeStep } from './testing/objective.ts';
import { certainConsistency, mostDoubt, uaMt, uncertainty } from './ua-mt.ts';

describe('uncertainty', () => {
  it('is the entropy of the mean: 0 where all passes agree and are sure, log K where they contradict each other', async () => {
    // Two passes, one image, two classes, three pixels.
    const passes = constant([1, 1, 0.5, 0, 0, 0.5, 1, 0, 0.8, 0, 1, 0.2], [2, 1, 2, 1, 3]);
    const { doubt } = await evaluate({ doubt: uncertainty(passes) });
    const mixed = -(0.65 * Math.log(0.65) + 0.35 * Math.log(0.35));
    [0, Math.LN2, mixed].forEach((expected, i) => {
      expect(doubt?.[i]).toBeCloseTo(expected, 4);
    });
  });
});

describe('certainConsistency', () => {
  it('is the squared difference over the pixels of little doubt, halved', async () => {
    const student = constant([1, 0.5, 0.2, 0, 0.5, 0.8], [1, 2, 1, 3]);
    const teacher = constant([0, 0.5, 0.6, 1, 0.5, 0.4], [1, 2, 1, 3]);
    const doubt = constant([0.1, 0.2, 0.3], [1, 1, 3]);
    const value = async (most: number) => {
      const { loss, confidentShare } = certainConsistency(student, teacher, doubt, constant([most], []));
      const found = await evaluate({ loss, confidentShare });
      return [found.loss?.[0], found.confidentShare?.[0]];
    };
    expect(await value(0.15)).toEqual([expect.closeTo(2 / 2, 4), expect.closeTo(1 / 3, 6)]);
    expect(await value(1)).toEqual([expect.closeTo((2 + 0 + 2 * 0.16) / 6, 4), 1]);
    expect(await value(0)).toEqual([0, 0]);
  });
});

describe('ua-mt', () => {
  it('asks the teacher with noise and dropout', async () => {
    const { feeds, scalars } = await computeStep(uaMt, () => ({}), { uncertainty: { passes: 3 } });
    expect(feeds.noise?.shape).toEqual([6, 1, 8, 8]);
    const masks = Object.keys(feeds).filter((name) => name.startsWith('dropout.'));
    expect(masks).toEqual([expect.stringContaining('disturbed')]);
    expect(scalars.consistency).toBeGreaterThan(0);
  });

  it('counts pixels of more doubt as training goes on: of 3/4 of the largest entropy, then of any', async () => {
    const most = async (progress: number) => {
      const found = await evaluate({ most: mostDoubt(constant([progress], []), 4) });
      return (found.most?.[0] as number) / Math.log(4);
    };
    expect(await most(0)).toBeCloseTo(0.75 + 0.25 * Math.exp(-5), 5);
    expect(await most(0.5)).toBeCloseTo(0.75 + 0.25 * Math.exp(-1.25), 5);
    expect(await most(1)).toBeCloseTo(1, 5);
  });
});
