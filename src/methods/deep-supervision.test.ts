import { describe, expect, it } from 'vitest';
import type { Tensor } from '../graph/index.ts';
import { bcp } from './bcp.ts';
import { deepLoss } from './deep-supervision.ts';
import type { StepShape } from './step-shape.ts';
import { labelsOnly, supervised, supervisedLoss } from './supervised.ts';
import { computeStep, SHAPE } from './testing/objective.ts';

/** Three levels, so that the decoder has a coarser one than the finest: 4 x 4 pixels of 4 channels. */
const DEEP: StepShape = { ...SHAPE, network: { ...SHAPE.network, widths: [3, 4, 5] } };
const [CLASSES, SIDE, CHANNELS] = [3, 4, 4];

describe('deep supervision', () => {
  it('is cross-entropy and Dice against the means of labels, by a head of its own', async () => {
    const { scalars, values, feeds } = await computeStep(
      supervised,
      (step) => ({ coarse: step.labelledLevels()[1] as Tensor }),
      { supervised: { deep: [0.5] } },
      DEEP,
    );
    const plain = await computeStep(supervised, () => ({}), {}, DEEP);
    const [weight, bias] = ['weight', 'bias'].map((name) => [...(feeds[`deep1.${name}`]?.data ?? [])]) as [
      number[],
      number[],
    ];
    const labels = feeds.labels?.data as Int32Array;
    let entropy = 0;
    const [overlap, sizes] = [new Float64Array(CLASSES), new Float64Array(CLASSES)];
    for (let n = 0; n < 2; n++) {
      for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
        const probabilities = softmaxOf(
          weight,
          bias,
          (c) => values.coarse?.[(n * CHANNELS + c) * 16 + pixel] as number,
        );
        const [row, column] = [Math.floor(pixel / SIDE), pixel % SIDE];
        const covered = [0, 1, 8, 9].map((at) => labels[n * 64 + 16 * row + 2 * column + at]);
        for (let k = 0; k < CLASSES; k++) {
          const [probability, target] = [probabilities[k] as number, covered.filter((it) => it === k).length / 4];
          entropy -= (target * Math.log(probability)) / (2 * SIDE * SIDE);
          overlap[k] = (overlap[k] as number) + probability * target;
          sizes[k] = (sizes[k] as number) + probability + target;
        }
      }
    }
    const dice = [1, 2].map((k) => (2 * (overlap[k] as number) + 1) / ((sizes[k] as number) + 1));
    const expected = entropy + 1 - ((dice[0] as number) + (dice[1] as number)) / 2;
    expect(expected).toBeGreaterThan(0.1);
    expect(scalars.supervised).toBeCloseTo((plain.scalars.supervised as number) + 0.5 * expected, 4);
  });

  it('counts only what is annotated', async () => {
    const settings = { supervised: { deep: [1] } };
    const shape = { ...DEEP, ignores: true };
    const whole = await computeStep(supervised, () => ({}), settings, shape);
    const without = await computeStep(supervised, () => ({}), settings, DEEP);
    // Everything is annotated here: the share is 1 everywhere.
    expect(whole.scalars.supervised).toBeCloseTo(without.scalars.supervised as number, 5);
  });

  it('is nothing without weights, or where the decoder has no such level', async () => {
    const asked = (deep: number[], shape: StepShape) =>
      computeStep(
        {
          ...supervised,
          phases: () => [
            {
              ...labelsOnly,
              objective: (step) => ({
                terms: { it: supervisedLoss(step), has: step.scheduled('progress') },
                observed: deepLoss(step) === undefined ? {} : { deep: deepLoss(step) as never },
              }),
            },
          ],
        },
        () => ({}),
        { supervised: { deep } },
        shape,
      );
    expect((await asked([0, 0], DEEP)).scalars).not.toHaveProperty('deep');
    expect((await asked([1], SHAPE)).scalars).not.toHaveProperty('deep');
    expect((await asked([1], DEEP)).scalars).toHaveProperty('deep');
  });

  it('has labels where the student sees them when boxes are exchanged, and none within those of unlabelled images', async () => {
    const settings = { supervised: { deep: [1], dice: 0 }, mixing: { labelled: 1 } };
    const { scalars, values, feeds } = await computeStep(
      bcp,
      (step) => ({ deep: deepLoss(step) as Tensor, coarse: step.labelledLevels()[1] as Tensor }),
      settings,
      DEEP,
    );
    const box = feeds['boxes.labelled']?.data as Float32Array;
    const labels = feeds.labels?.data as Int32Array;
    const [weight, bias] = ['weight', 'bias'].map((name) => [...(feeds[`deep1.${name}`]?.data ?? [])]) as [
      number[],
      number[],
    ];
    let [entropy, count] = [0, 0];
    for (let n = 0; n < 2; n++) {
      for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
        const probabilities = softmaxOf(
          weight,
          bias,
          (c) => values.coarse?.[(n * CHANNELS + c) * 16 + pixel] as number,
        );
        const [row, column] = [Math.floor(pixel / SIDE), pixel % SIDE];
        const covered = [0, 1, 8, 9].map((at) => n * 64 + 16 * row + 2 * column + at).filter((at) => box[at] !== 1);
        for (const at of covered) entropy -= Math.log(probabilities[labels[at] as number] as number) / 4;
        count += covered.length / 4;
      }
    }
    expect(count).toBeLessThan(32);
    expect(values.deep?.[0]).toBeCloseTo(entropy / count, 4);
    expect(scalars.supervised).toBeGreaterThan(values.deep?.[0] as number);
  });
});

/** Probabilities of a 1 x 1 head for a pixel's features. */
function softmaxOf(weight: readonly number[], bias: readonly number[], feature: (channel: number) => number): number[] {
  const scores = Array.from({ length: CLASSES }, (_, k) => {
    const terms = Array.from({ length: CHANNELS }, (_, c) => (weight[k * CHANNELS + c] as number) * feature(c));
    return Math.exp(terms.reduce((sum, term) => sum + term, bias[k] as number));
  });
  const total = scores.reduce((sum, score) => sum + score, 0);
  return scores.map((score) => score / total);
}
