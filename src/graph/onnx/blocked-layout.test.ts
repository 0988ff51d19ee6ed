import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import { nodeRuntime, tunedNodeRuntime } from '../../runtime/node/runtime.ts';
import { largestDifference } from '../../testing/compare.ts';
import { evaluate } from '../../testing/evaluate.ts';
import { operatorsOf } from '../../testing/operators.ts';
import { gradients } from '../autodiff.ts';
import { constant } from '../leaf.ts';
import { toOnnx } from '../model.ts';
import { resizeBilinear } from '../ops/bilinear.ts';
import { sum } from '../ops/broadcast.ts';
import { conv2d } from '../ops/conv/conv.ts';
import { add, mul, square } from '../ops/elementwise.ts';
import { planeStatistics, scaleShiftLeakyRelu } from '../ops/normalise.ts';
import { maxPool2d } from '../ops/pool.ts';
import { concat } from '../ops/rearrange.ts';
import { upsampleNearest } from '../ops/resample.ts';
import { type Shape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

const tuned = await tunedNodeRuntime({ threads: 1 });
const block = tuned.target.nchwcBlock;

/** Relative to the largest value of a tensor; sums in another order differ by up to 1.1e-6 here. */
const TOLERANCE = 5e-6;

const normals = (seed: number, shape: Shape) => {
  const rng = new Rng('blocked.test', seed);
  return constant(
    Array.from({ length: sizeOf(shape) }, () => rng.normal()),
    shape,
  );
};

/** A level of a U-Net, down and up again: every operator that has a blocked form, and the gradients of all. */
function level(channels: number): Record<string, Tensor> {
  const x = normals(1, [3, channels, 32, 28]);
  const weights = [
    normals(2, [channels, channels, 3, 3]),
    normals(3, [2 * channels, channels, 3, 3]),
    normals(4, [channels, 2 * channels, 1, 1]),
    normals(5, [4, 2 * channels, 3, 3]),
  ] as const;
  const perPlane = normals(6, [3, channels, 1, 1]);
  const perChannel = normals(7, [1, channels, 1, 1]);
  const convolve = (image: Tensor, i: 0 | 1 | 3) => conv2d(image, weights[i], { padding: 1 });
  const first = convolve(x, 0);
  const { mean, variance } = planeStatistics(first);
  const skip = scaleShiftLeakyRelu(first, {
    scale: add(variance, perPlane),
    shift: mul(mean, perChannel),
    slope: 0.1,
  });
  const pooled = convolve(maxPool2d(skip), 1);
  const bias = normals(8, [channels]);
  const narrow = conv2d(pooled, weights[2], { bias });
  const up = add(upsampleNearest(narrow), resizeBilinear(narrow, [32, 28], { alignCorners: true }));
  const logits = convolve(
    concat([skip, scaleShiftLeakyRelu(up, { scale: perChannel, shift: perChannel, slope: 0.2 })], 1),
    3,
  );
  const inputs = [x, ...weights, perPlane, perChannel, bias];
  const found = gradients(sum(square(logits)), inputs) as Tensor[];
  return { logits, pooled, ...Object.fromEntries(found.map((gradient, i) => [`gradient${i}`, gradient])) };
}

describe.skipIf(block === undefined)('blocked layout', () => {
  const channels = block as number;

  it('gives the numbers of plain layout, gradients included', async () => {
    const plain = await evaluate(level(channels), {}, nodeRuntime({ threads: 1 }));
    const blocked = await evaluate(level(channels), {}, tuned);
    for (const [name, values] of Object.entries(plain)) {
      expect(largestDifference(blocked[name] as number[], values), name).toBeLessThan(TOLERANCE);
    }
  });

  it.each([1, 2, 3, 5, 6, 7])('computes %i channels, which fill no block, and their gradients', async (few) => {
    const x = normals(1, [2, few, 32, 32]);
    const [widen, narrow] = [normals(2, [channels, few, 3, 3]), normals(3, [few, channels, 3, 3])];
    const bias = normals(4, [few]);
    const y = conv2d(conv2d(x, widen, { padding: 1 }), narrow, { bias, padding: 1 });
    const [dx, dWiden, dNarrow, dBias] = gradients(sum(square(y)), [x, widen, narrow, bias]) as Tensor[];
    const outputs = { y, dx, dWiden, dNarrow, dBias } as Record<string, Tensor>;
    const plain = await evaluate(outputs, {}, nodeRuntime({ threads: 1 }));
    const blocked = await evaluate(outputs, {}, tuned);
    for (const [name, values] of Object.entries(plain)) {
      expect(largestDifference(blocked[name] as number[], values), name).toBeLessThan(TOLERANCE);
    }
  });

  it.each([
    ['few channels, unfolded', [2, 2, 32, 32], 3, 1],
    ['few channels and one image', [1, 1, 40, 40], 3, 1],
    ['one block, copies of dy at distances that compete for the cache', [2, channels, 32, 32], 3, 1],
    ['one block, images at other distances', [3, channels, 28, 30], 3, 1],
    ['many channels, at distances that compete for the cache', [2, 8 * channels, 32, 32], 3, 1, 8 * channels],
    ['many channels of small images, stacked, at such distances', [16, 8 * channels, 8, 8], 3, 1, 8 * channels],
    ['many channels, at other distances', [2, 8 * channels, 20, 20], 3, 1, 8 * channels],
    ['no padding', [2, channels, 34, 34], 3, 0],
    ['even kernel', [2, 1, 36, 37], 4, 2],
  ] as const)(
    'gives the weight gradient of plain layout: %s',
    async (_title, shape, kernel, padding, out = channels) => {
      const w = normals(2, [out, shape[1], kernel, kernel]);
      const again = normals(3, [channels, out, 1, 1]);
      const y = conv2d(conv2d(normals(1, shape), w, { padding }), again);
      const [dw] = gradients(sum(square(y)), [w]) as [Tensor];
      const plain = (await evaluate({ dw }, {}, nodeRuntime({ threads: 1 }))).dw as number[];
      const blocked = (await evaluate({ dw }, {}, tuned)).dw as number[];
      expect(largestDifference(blocked, plain)).toBeLessThan(TOLERANCE);
    },
  );

  it('lasts from one operator to the next: only what leaves it is re-ordered', () => {
    const x = normals(1, [2, channels, 40, 40]);
    const w = normals(2, [channels, channels, 3, 3]);
    const coefficients = normals(3, [1, channels, 1, 1]);
    const y = scaleShiftLeakyRelu(conv2d(x, w, { padding: 1 }), {
      scale: coefficients,
      shift: coefficients,
      slope: 0.1,
    });
    const z = conv2d(maxPool2d(add(y, mul(y, 2))), w, { padding: 1 });
    const operators = operatorsOf(toOnnx({ z }, { target: { device: 'cpu', nchwcBlock: channels } }));
    const count = (name: string) => operators.filter((operator) => operator === name).length;
    // In: the image and the weight. Out: the result.
    expect([count('ReorderInput'), count('ReorderOutput')]).toEqual([2, 1]);
    expect(operators).not.toContain('LeakyRelu');
  });

  it('lasts through a bias and bilinear doubling, both ways', () => {
    const x = normals(1, [2, channels, 40, 40]);
    const w = normals(2, [channels, channels, 1, 1]);
    const bias = normals(3, [channels]);
    const y = conv2d(resizeBilinear(conv2d(x, w, { bias }), [80, 80], { alignCorners: true }), w, { bias });
    const [dx] = gradients(sum(square(y)), [x]) as [Tensor];
    const operators = operatorsOf(toOnnx({ dx }, { target: { device: 'cpu', nchwcBlock: channels } }));
    expect(operators.filter((operator) => operator === 'ReorderOutput').length).toBe(1);
    expect(operators).not.toContain('Resize');
  });

  it('is not used for channels that do not fill blocks', () => {
    const y = conv2d(normals(1, [2, channels + 1, 40, 40]), normals(2, [channels, channels + 1, 3, 3]));
    expect(operatorsOf(toOnnx({ y }, { target: { device: 'cpu', nchwcBlock: channels } }))).toEqual(['Conv']);
  });
});
