import { describe, expect, it } from 'vitest';
import { nodeRuntime, tunedNodeRuntime } from '../../runtime/node/runtime.ts';
import { evaluate } from '../../testing/evaluate.ts';
import { gradients } from '../autodiff.ts';
import { constant } from '../leaf.ts';
import type { Tensor } from '../tensor.ts';
import { sum } from './broadcast.ts';
import { conv2d } from './conv/conv.ts';
import { mul } from './elementwise.ts';
import { maxPool2d } from './pool.ts';

const CHANNELS = 16;
const SIZE = 64;

const runtimes = [
  ['plain', nodeRuntime({ threads: 1 })],
  ['blocked', await tunedNodeRuntime({ threads: 1 })],
] as const;

/** The same plane for every channel. */
function image(pixel: (row: number, column: number) => number): Tensor {
  const plane = Array.from({ length: SIZE * SIZE }, (_, i) => pixel(Math.floor(i / SIZE), i % SIZE));
  return constant(Array.from({ length: CHANNELS }, () => plane).flat(), [1, CHANNELS, SIZE, SIZE]);
}

/** A convolution that changes nothing, so that where images have a blocked form, pooling meets it. */
function unchanged(x: Tensor): Tensor {
  const identity = Array.from({ length: CHANNELS ** 2 }, (_, i) => (i % (CHANNELS + 1) === 0 ? 1 : 0));
  return conv2d(x, constant(identity, [CHANNELS, CHANNELS, 1, 1]));
}

describe.each(runtimes)('gradient of max-pool where pixels tie, %s images', (_, runtime) => {
  const gradientOf = async (x: Tensor, pools: number) => {
    let pooled = unchanged(x);
    for (let i = 0; i < pools; i++) pooled = maxPool2d(pooled);
    const { dx } = await evaluate({ dx: gradients(sum(mul(pooled, 12)), [x])[0] as Tensor }, {}, runtime);
    return dx as number[];
  };

  it.each([
    ['one largest pixel has all', (row: number, column: number) => row + 2 * column, [0, 0, 0, 12]],
    ['equal rows share', (_: number, column: number) => column, [0, 6, 0, 6]],
    ['equal columns share', (row: number) => -row, [6, 6, 0, 0]],
    ['three of four share', (row: number, column: number) => (row % 2 && column % 2 ? 0 : 1), [4, 4, 4, 0]],
    ['equal pixels share', () => 0, [3, 3, 3, 3]],
  ])('%s', async (_, pixel, [topLeft, topRight, bottomLeft, bottomRight]) => {
    const dx = await gradientOf(image(pixel), 1);
    expect([dx[0], dx[1], dx[SIZE], dx[SIZE + 1]]).toEqual([topLeft, topRight, bottomLeft, bottomRight]);
  });

  it('does not grow from level to level', async () => {
    const dx = await gradientOf(
      image(() => 1),
      4,
    );
    expect(dx.reduce((total, value) => total + value, 0)).toBeCloseTo(12 * CHANNELS * (SIZE / 16) ** 2, 3);
  });
});
