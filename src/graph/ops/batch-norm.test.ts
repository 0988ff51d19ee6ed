import { describe, expect, it } from 'vitest';
import { gradients } from '../autodiff.ts';
import { input } from '../leaf.ts';
import { type Tensor, topologicalOrder } from '../tensor.ts';
import { batchNormLeakyRelu } from './batch-norm.ts';
import { sum } from './broadcast.ts';
import { conv2d } from './conv/conv.ts';
import { square } from './elementwise.ts';
import { concat } from './rearrange.ts';

/** Operators that scale images on the way to the gradients of a convolution of two images with a batch norm behind it. */
function scalings(channels: number, size: number): string[] {
  const [a, b] = ['a', 'b'].map((name) => input(name, [2, channels, size, size])) as [Tensor, Tensor];
  const weight = input('weight', [channels, 2 * channels, 3, 3]);
  const [gamma, beta] = ['gamma', 'beta'].map((name) => input(name, [1, channels, 1, 1])) as [Tensor, Tensor];
  const x = conv2d(concat([a, b], 1), weight, { padding: 1 });
  const { y } = batchNormLeakyRelu(x, { gamma, beta }, { epsilon: 1e-5, slope: 0.01 });
  const found = gradients(sum(square(y)), [a, b, weight, gamma, beta]) as Tensor[];
  return topologicalOrder(found.map(({ node }) => node))
    .map(({ op }) => op.name)
    .filter((name) => name.startsWith('scale'));
}

describe('the gradient of a batch norm', () => {
  it('is one multiplication and addition where the convolution before it can take the scale', () => {
    expect(scalings(2, 16)).toEqual(['scaleShiftLeakyRelu']);
  });

  it('is scaled by itself where the weight is not much smaller than the image', () => {
    expect(scalings(8, 4)).toEqual(['scaleShiftLeakyRelu', 'scalePlanes']);
  });
});
