import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import { nodeRuntime, tunedNodeRuntime } from '../../runtime/node/runtime.ts';
import { evaluate } from '../../testing/evaluate.ts';
import { operatorsOf } from '../../testing/operators.ts';
import { constant, input } from '../leaf.ts';
import { toOnnx } from '../model.ts';
import { type Shape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { conv2d } from './conv/conv.ts';
import { planeStatistics } from './normalise.ts';
import { planeDots } from './planes.ts';

const plain = nodeRuntime({ threads: 1 });
const tuned = await tunedNodeRuntime({ threads: 1 });

function normals(seed: number, shape: Shape, mean: number): Float32Array {
  const rng = new Rng('planes.test', seed);
  return Float32Array.from({ length: sizeOf(shape) }, () => mean + rng.normal());
}

/** The same image, from a convolution: in blocked layout where the target has that. */
function computed(x: Tensor): Tensor {
  const channels = x.shape[1] as number;
  const identity = Float32Array.from({ length: channels ** 2 }, (_, i) => (i % (channels + 1) === 0 ? 1 : 0));
  return conv2d(x, constant(identity, [channels, channels, 1, 1]));
}

/** For every plane the mean of its pixels in `a`, or of their products with those in `b`, in double precision. */
function planeMeans([n, channels, ...size]: Shape, a: Float32Array, b?: Float32Array): number[] {
  const pixels = sizeOf(size);
  return Array.from({ length: (n as number) * (channels as number) }, (_, plane) => {
    let total = 0;
    for (let i = plane * pixels; i < (plane + 1) * pixels; i++) total += (a[i] as number) * (b?.[i] ?? 1);
    return total / pixels;
  });
}

describe.each([
  ['plain', plain],
  ['blocked', tuned],
])('statistics of planes against double precision, %s layout', (_layout, runtime) => {
  it.each([
    [[2, 16, 256, 256], 0],
    [[1, 16, 128, 120], 10],
    [[2, 32, 96, 96], 10],
    [[3, 48, 36, 28], 0],
    [[24, 64, 8, 8], 10],
    [[12, 16, 18, 18], 100],
  ] as const)('%j around %d', async (shape, center) => {
    const [a, b] = [normals(1, shape, center), normals(2, shape, center)];
    const [x, y] = [a, b].map((values) => computed(constant(values, shape))) as [Tensor, Tensor];
    const { mean, variance, dots } = await evaluate({ dots: planeDots(x, y), ...planeStatistics(x) }, {}, runtime);
    const squares = planeMeans(shape, a, a);
    const centers = planeMeans(shape, a);
    const pixels = sizeOf(shape.slice(2));
    // Sums of float32 hold their values relative to the squares that they are taken of.
    const expectClose = (found: readonly number[] = [], expected: readonly number[]) => {
      expect(found.length).toBe(expected.length);
      const errors = found.map((value, i) => Math.abs(value - (expected[i] as number)) / (center ** 2 + 1));
      expect(Math.max(...errors)).toBeLessThan(3e-5);
    };
    expectClose(mean, centers);
    expectClose(
      variance,
      squares.map((square, i) => square - (centers[i] as number) ** 2),
    );
    expectClose(
      dots?.map((dot) => dot / pixels),
      planeMeans(shape, a, b),
    );
  });
});

it('dots of blocked images are convolutions: no product is stored, no layout changed', () => {
  const [x, y] = [1, 2].map((i) => computed(input(`x${i}`, [2, 16, 40, 40]))) as [Tensor, Tensor];
  const operators = operatorsOf(toOnnx({ dots: planeDots(x, y) }, { target: { device: 'cpu', nchwcBlock: 16 } }));
  expect(operators.filter((name) => name === 'Conv').length).toBe(3);
  expect(operators.filter((name) => /Mul|Pool|ReorderOutput/.test(name))).toEqual([]);
});
