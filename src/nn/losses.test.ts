import { describe, expect, it } from 'vitest';
import { constant, integers } from '../graph/leaf.ts';
import { cast } from '../graph/ops/elementwise.ts';
import { evaluate } from '../testing/evaluate.ts';
import { binaryCrossEntropy, crossEntropy, diceLoss } from './losses.ts';

/** Two classes on four pixels, class 0 first: [1, 2, 1, 4]. */
const pixels = (zero: number[], one: number[]) => constant([...zero, ...one], [1, 2, 1, zero.length]);

const SURE = pixels([20, 20, -20, -20], [-20, -20, 20, 20]);
const EVEN = pixels([0, 0, 0, 0], [0, 0, 0, 0]);
const RIGHT = pixels([1, 1, 0, 0], [0, 0, 1, 1]);
const WRONG = pixels([0, 0, 1, 1], [1, 1, 0, 0]);
const HALF = pixels([0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5]);
const weights = (...values: number[]) => ({ pixelWeights: constant(values, [1, 1, 4]) });

describe('crossEntropy', () => {
  it.each([
    ['sure and right', SURE, RIGHT, {}, 0],
    ['sure and wrong', SURE, WRONG, {}, 40],
    ['undecided', EVEN, RIGHT, {}, Math.LN2],
    ['undecided, soft target', EVEN, HALF, {}, Math.LN2],
    ['sure, soft target', SURE, HALF, {}, 20],
    ['half of the pixels count, the mean is over all', SURE, WRONG, weights(1, 1, 0, 0), 20],
    ['no pixel counts', SURE, WRONG, weights(0, 0, 0, 0), 0],
    ['pixels of different weight', EVEN, RIGHT, weights(2, 0, 1, 0), (3 / 4) * Math.LN2],
    ['logits 2 and 0', pixels([2], [0]), pixels([0], [1]), {}, Math.log(1 + Math.exp(2))],
    ['logits beyond what exp() holds', pixels([500], [0]), pixels([0], [1]), {}, 500],
  ])('%s', async (_, logits, target, options, expected) => {
    const { loss } = await evaluate({ loss: crossEntropy(logits, target, options) });
    expect(loss?.[0]).toBeCloseTo(expected, 4);
  });
});

describe('crossEntropy of classes', () => {
  const logits = constant([2, 0, 0, 1, 1, 1], [2, 3]);
  const [first, second] = [Math.log(Math.exp(2) + 2) - 2, Math.log(3)];

  it.each([
    ['class numbers', integers([0, 2], [2]), (first + second) / 2],
    ['32-bit class numbers', cast(constant([0, 2], [2]), 'int32'), (first + second) / 2],
    ['one-hot rows', constant([1, 0, 0, 0, 0, 1], [2, 3]), (first + second) / 2],
    ['a class that is none', integers([0, -1], [2]), first / 2],
  ])('%s', async (_, target, expected) => {
    const { loss } = await evaluate({ loss: crossEntropy(logits, target) });
    expect(loss?.[0]).toBeCloseTo(expected, 5);
  });

  it('of the classes of pixels is that of their one-hot form', async () => {
    const { loss } = await evaluate({ loss: crossEntropy(SURE, integers([1, 1, 0, 0], [1, 1, 4])) });
    expect(loss?.[0]).toBeCloseTo(40, 4);
  });

  it('refuses targets of another shape', () => {
    expect(() => crossEntropy(logits, integers([0], [1]))).toThrow('targets [1] do not fit logits [2, 3]');
    expect(() => crossEntropy(logits, constant([0, 1], [2]))).toThrow('targets [2] do not fit logits [2, 3]');
  });
});

describe('binaryCrossEntropy', () => {
  it.each([
    ['undecided', [0, 0], [0, 1], Math.LN2],
    ['right and wrong', [2, 2], [1, 0], (Math.log(1 + Math.exp(-2)) + Math.log(1 + Math.exp(2))) / 2],
    ['logits beyond what exp() holds', [500, -500], [0, 0], 250],
  ])('%s', async (_, logits, target, expected) => {
    const { loss } = await evaluate({ loss: binaryCrossEntropy(constant(logits, [2]), constant(target, [2])) });
    expect(loss?.[0]).toBeCloseTo(expected, 4);
  });
});

describe('diceLoss', () => {
  // Of the foreground class alone: 1 - (2 overlap + 1) / (sizes + 1).
  it.each([
    ['sure and right', SURE, RIGHT, 0],
    ['sure and wrong', SURE, WRONG, 1 - 1 / 5],
    ['undecided', EVEN, RIGHT, 1 - 3 / 5],
    ['absent and not predicted', pixels([20, 20], [-20, -20]), pixels([1, 1], [0, 0]), 0],
    ['absent and predicted', pixels([-20, -20], [20, 20]), pixels([1, 1], [0, 0]), 1 - 1 / 3],
    ['half of it found', pixels([20, 20, 20, -20], [-20, -20, -20, 20]), RIGHT, 1 - 3 / 4],
  ])('%s', async (_, logits, target, expected) => {
    const { loss } = await evaluate({ loss: diceLoss(logits, target) });
    expect(loss?.[0]).toBeCloseTo(expected, 5);
  });

  it('counts pixels over the whole batch and averages classes', async () => {
    // [image][class][pixel], sure of: classes 1 1 in the first image, 2 0 in the second.
    const sure = [0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0].map((value) => 40 * value);
    const target = [0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0];
    const { loss } = await evaluate({ loss: diceLoss(constant(sure, [2, 3, 1, 2]), constant(target, [2, 3, 1, 2])) });
    // Class 1: 1 of 2 predicted and 3 true pixels overlaps; class 2: predicted once, never true.
    const dice = [(2 * 1 + 1) / (2 + 3 + 1), 1 / (1 + 0 + 1)] as const;
    expect(loss?.[0]).toBeCloseTo(1 - (dice[0] + dice[1]) / 2, 5);
  });
});
