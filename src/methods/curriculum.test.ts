import { describe, expect, it } from 'vitest';
import { constant } from '../graph/index.ts';
import { evaluate } from '../testing/evaluate.ts';
import { classThresholds, curriculum, roundAt } from './curriculum.ts';
import { computeStep, likeliest, meanOf, pixelProbabilities, SCHEDULED } from './testing/objective.ts';

describe('rounds', () => {
  it('are as long as each other, from the start of the first to the end of training', async () => {
    const at = async (progress: number) => {
      const { round } = await evaluate({ round: roundAt(constant([progress], []), 0.4, 3) });
      return round?.[0];
    };
    expect(await Promise.all([0.4, 0.59, 0.61, 0.79, 0.81, 0.999, 1].map(at))).toEqual([1, 1, 2, 2, 3, 3, 3]);
  });
});

describe('thresholds', () => {
  it('take the same share of every class, the surest first', async () => {
    // One image of 8 x 8 pixels, of which every fourth in either direction is looked at.
    const first = [0.9, 0.8, 0, 0.6];
    const second = [0, 0, 0.7, 0];
    const planes = [first, second].flatMap((values) => spread(values));
    const sureness = constant(planes, [1, 2, 8, 8]);
    const half = await evaluate({ it: classThresholds(sureness, constant([2 / 3], [])) });
    expect(half.it?.map((value) => Number(value.toFixed(3)))).toEqual([0.8, 0.7]);
    const all = await evaluate({ it: classThresholds(sureness, constant([1], [])) });
    expect(all.it?.map((value) => Number(value.toFixed(3)))).toEqual([0.6, 0.7]);
  });
});

/** Four values where they are looked at in 8 x 8 pixels; the others do not count. */
function spread(values: readonly number[]): number[] {
  return Array.from({ length: 64 }, (_, i) => {
    const [row, column] = [Math.floor(i / 8), i % 8];
    return row % 4 === 0 && column % 4 === 0 ? (values[(2 * row + column) / 4] as number) : 0;
  });
}

describe('curriculum', () => {
  it('follows the surest of every class in the frozen teacher, which is the teacher in its first step', async () => {
    const { scalars, values } = await computeStep(
      curriculum,
      (step) => ({ student: step.unlabelledLogits(), teacher: step.teacherLogits() }),
      { curriculum: { rounds: 1 }, consistency: { start: 0 } },
    );
    const [own, target] = [values.student, values.teacher].map((logits) => pixelProbabilities(logits as number[])) as [
      number[][],
      number[][],
    ];
    // One round: all pixels that are as sure as the least sure one that was looked at, every fourth in either direction.
    const looked = (i: number) => (i % 8) % 4 === 0 && Math.floor((i % 64) / 8) % 4 === 0;
    const least = [0, 1, 2].map((k) => {
      const sure = target.filter((pixel, i) => looked(i) && likeliest(pixel) === k).map((pixel) => pixel[k] as number);
      return sure.length === 0 ? 0 : Math.min(...sure);
    });
    const counts = (pixel: number[]) =>
      (pixel[likeliest(pixel)] as number) >= (least[likeliest(pixel)] as number) - 1e-7;
    const expected = meanOf(target, (pixel, i) =>
      counts(pixel) ? -Math.log(own[i]?.[likeliest(pixel)] as number) : 0,
    );
    expect(scalars.consistency).toBeCloseTo(SCHEDULED * expected, 4);
    expect(scalars.confidentShare).toBeCloseTo(
      meanOf(target, (pixel) => (counts(pixel) ? 1 : 0)),
      6,
    );
    expect(scalars.confidentShare).toBeGreaterThan(0.2);
  });
});
