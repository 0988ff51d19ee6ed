import { describe, expect, it } from 'vitest';
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
      (step) => ({ coarse: step.labelledLevels()[1] as never }),
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
        const scores = Array.from({ length: CLASSES }, (_, k) => {
          const terms = Array.from({ length: CHANNELS }, (_, c) => {
            return (weight[k * CHANNELS + c] as number) * (values.coarse?.[(n * CHANNELS + c) * 16 + pixel] as number);
          });
          return Math.exp(terms.reduce((sum, term) => sum + term, bias[k] as number));
        });
        const total = scores.reduce((sum, score) => sum + score, 0);
        const [row, column] = [Math.floor(pixel / SIDE), pixel % SIDE];
        const covered = [0, 1, 8, 9].map((at) => labels[n * 64 + 16 * row + 2 * column + at]);
        for (let k = 0; k < CLASSES; k++) {
          const [probability, target] = [(scores[k] as number) / total, covered.filter((it) => it === k).length / 4];
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

  it('refuses labelled images that exchange boxes', async () => {
    const settings = { supervised: { deep: [1] }, mixing: { labelled: 1 } };
    await expect(computeStep(supervised, () => ({}), settings, DEEP)).rejects.toThrow('Set mixing.labelled to 0.');
  });
});
