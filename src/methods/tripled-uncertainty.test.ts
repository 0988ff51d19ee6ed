import { describe, expect, it } from 'vitest';
import { constant } from '../graph/leaf.ts';
import { evaluate } from '../testing/evaluate.ts';
import { signedDistances } from './signed-distance.ts';
import { computeStep } from './testing/objective.ts';
import { spread, tripledConsistency, tripledUncertainty, weightedMean } from './tripled-uncertainty.ts';

describe('signedDistances', () => {
  it('counts steps to the border, negative within, and stops at the reach', async () => {
    const rows = ['........', '.#####..', '.#####..', '.#####..', '.#####..', '.#####..', '........', '........'];
    const mask = constant(
      rows.flatMap((row) => [...row].map((cell) => +(cell === '#'))),
      [1, 1, 8, 8],
    );
    const { near, far } = await evaluate({ near: signedDistances(mask, 1), far: signedDistances(mask, 4) });
    const steps = (values: readonly number[] | undefined, row: number) => values?.slice(8 * row, 8 * row + 8);
    expect(steps(near, 3)).toEqual([1, -1, -1, -1, -1, -1, 1, 1]);
    expect(steps(far, 3)?.map((value) => 4 * value)).toEqual([1, -1, -2, -3, -2, -1, 1, 2]);
    expect(steps(far, 7)?.map((value) => 4 * value)).toEqual([2, 2, 2, 2, 2, 2, 2, 2]);
  });

  it('is 1 everywhere where there is no mask, -1 where there is nothing else', async () => {
    const masks = constant([...new Array(9).fill(0), ...new Array(9).fill(1)], [1, 2, 3, 3]);
    const { distances } = await evaluate({ distances: signedDistances(masks, 3) });
    expect(distances).toEqual([...new Array(9).fill(1), ...new Array(9).fill(-1)]);
  });
});

describe('what the teacher says in several passes', () => {
  it('counts a sure pass for more: weights are the softmax of 1 - entropy / log K', async () => {
    // Two passes, one image, two classes, one pixel: one is sure of the first class, one is not sure at all.
    const passes = constant([1, 0, 0.5, 0.5], [2, 1, 2, 1, 1]);
    const { probabilities, doubt } = await evaluate({ ...weightedMean(passes) });
    const sure = Math.E / (Math.E + 1);
    const first = sure + 0.5 * (1 - sure);
    expect(probabilities?.[0]).toBeCloseTo(first, 5);
    expect(probabilities?.[1]).toBeCloseTo(1 - first, 5);
    const entropy = -(first * Math.log(first) + (1 - first) * Math.log(1 - first));
    expect(doubt?.[0]).toBeCloseTo(entropy / Math.LN2, 5);
  });

  it('has a mean and a variance', async () => {
    const { average, variance } = await evaluate({ ...spread(constant([1, 5, 3, 5], [2, 1, 2, 1, 1])) });
    expect([average, variance]).toEqual([
      [2, 5],
      [1, 0],
    ]);
  });
});

describe('tripled-uncertainty', () => {
  it('learns three tasks from labels, and follows a disturbed teacher in all of them', async () => {
    const { feeds, scalars } = await computeStep(tripledUncertainty, () => ({}), { uncertainty: { passes: 3 } });
    expect(Object.keys(scalars)).toEqual(['supervised', 'tasks', 'consistency']);
    for (const name of ['supervised', 'tasks', 'consistency']) expect(scalars[name]).toBeGreaterThan(0);
    expect(feeds.noise?.shape).toEqual([6, 1, 8, 8]);
    expect(
      Object.keys(feeds)
        .filter((name) => name.startsWith('reconstruction.'))
        .sort(),
    ).toEqual(['reconstruction.bias', 'reconstruction.weight']);
  });

  it('counts squared differences in full where the teacher does not waver, and less where it does', async () => {
    const one = (value: number) => constant([value], [1, 1, 1, 1]);
    const student = { probabilities: constant([1, 0], [1, 2, 1, 1]), parts: one(3), distances: one(0.5) };
    const probabilities = constant([0, 1], [1, 2, 1, 1]);
    const value = async (doubt: number, variance: number) => {
      const parts = { average: one(1), variance: one(variance) };
      const distances = { average: one(0), variance: one(variance) };
      const target = { probabilities, doubt: one(doubt), parts, distances };
      return (await evaluate({ loss: tripledConsistency(student, target) })).loss?.[0];
    };
    expect(await value(0, 0)).toBeCloseTo(1 + 4 * Math.exp(-1e-3) + 0.25, 4);
    expect(await value(1, 0.25)).toBeCloseTo(4 * Math.exp(-0.5) + 0.25 * Math.exp(-0.25), 4);
  });
});
