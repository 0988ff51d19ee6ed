import { expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import { gradients } from '../../graph/autodiff.ts';
import { constant, input } from '../../graph/leaf.ts';
import { sum } from '../../graph/ops/broadcast.ts';
import { mul } from '../../graph/ops/elementwise.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { floats } from '../../runtime/runtime.ts';
import { largestDifference } from '../../testing/compare.ts';
import { evaluate } from '../../testing/evaluate.ts';
import { attendedFeatures } from './attended-features.ts';
import { cut, type Images } from './testing/naive.ts';

it('are sums over the pixels of every patch, and so is their gradient', async () => {
  const [batch, depth, classes, size] = [2, 3, 2, 8];
  const grid = { size: 4, stride: 2, perSide: 3, blocksPerSide: 4 };
  const rng = new Rng('attended');
  const random = (channels: number): Images => ({
    count: batch,
    channels,
    size,
    data: Float32Array.from({ length: batch * channels * size * size }, () => rng.float()),
  });
  const [features, weights] = [random(depth), random(classes)];
  const shape = [batch, depth, size, size];
  const x = input('features', shape);
  const found = attendedFeatures(x, constant(weights.data as Float32Array, [batch, classes, size, size]), grid);
  const patches = batch * grid.perSide ** 2;
  expect([found.sums.shape, found.mass.shape]).toEqual([
    [classes, patches, depth],
    [classes, patches],
  ]);
  const factors = Float32Array.from({ length: classes * patches * depth }, () => rng.normal());
  const [gradient] = gradients(sum(mul(found.sums, constant(factors, found.sums.shape))), [x]) as [Tensor];
  const values = await evaluate({ ...found, gradient }, { features: floats(features.data as Float32Array, shape) });

  const [sums, mass] = [[] as number[], [] as number[]];
  const expectedGradient = new Float64Array(features.data.length);
  const places: Images = { ...features, data: Float32Array.from(features.data, (_, i) => i) };
  for (let k = 0; k < classes; k++) {
    for (let patch = 0; patch < patches; patch++) {
      const weight = cut(weights, k, patch, grid);
      mass.push(weight.reduce((total, value) => total + value, 0));
      for (let f = 0; f < depth; f++) {
        const [own, at] = [cut(features, f, patch, grid), cut(places, f, patch, grid)];
        sums.push(own.reduce((total, value, m) => total + value * (weight[m] as number), 0));
        const factor = factors[(k * patches + patch) * depth + f] as number;
        for (const [m, place] of at.entries())
          expectedGradient[place] = (expectedGradient[place] ?? 0) + factor * (weight[m] as number);
      }
    }
  }
  expect(largestDifference(values.sums ?? [], sums)).toBeLessThan(1e-4);
  expect(largestDifference(values.mass ?? [], mass)).toBeLessThan(1e-4);
  expect(largestDifference(values.gradient ?? [], [...expectedGradient])).toBeLessThan(1e-4);
});
