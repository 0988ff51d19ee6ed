import { describe, expect, it } from 'vitest';
import { Rng } from '../../../core/rng.ts';
import { nodeRuntime, tunedNodeRuntime } from '../../../runtime/node/runtime.ts';
import { largestDifference } from '../../../testing/compare.ts';
import { evaluate } from '../../../testing/evaluate.ts';
import { constant } from '../../leaf.ts';
import { type ImageShape, sizeOf } from '../../shape.ts';
import { conv2d } from './conv.ts';
import { convTranspose2d } from './stepped.ts';

/** Lowerings differ between a plain target and one with blocked layout, where this processor has that. */
const runtimes = [nodeRuntime({ threads: 1 }), await tunedNodeRuntime({ threads: 1 })];

const drawn = (shape: ImageShape, seed: number) => {
  const rng = new Rng(seed, 'stepped');
  return Float32Array.from({ length: sizeOf(shape) }, () => rng.normal());
};

interface Steps {
  readonly stride: number;
  readonly dilation: number;
  readonly padding: number;
}

/** Every pair of pixels that a tap connects: one of the smaller image, one of the larger, and the tap. */
function* connections(small: ImageShape, large: ImageShape, kernel: readonly [number, number], steps: Steps) {
  const { stride, dilation, padding } = steps;
  for (let row = 0; row < small[2]; row++) {
    for (let column = 0; column < small[3]; column++) {
      for (let i = 0; i < kernel[0]; i++) {
        for (let j = 0; j < kernel[1]; j++) {
          const [y, x] = [row * stride + i * dilation - padding, column * stride + j * dilation - padding];
          if (y < 0 || x < 0 || y >= large[2] || x >= large[3]) continue;
          yield { small: row * small[3] + column, large: y * large[3] + x, tap: i * kernel[1] + j };
        }
      }
    }
  }
}

interface Case extends Steps {
  readonly kernel: readonly [number, number];
  readonly channels: readonly [number, number];
  readonly size: readonly [number, number];
  /** Rows and columns of the larger image that no tap reaches. */
  readonly outputPadding: number;
}

const CASES: readonly Case[] = [
  { stride: 2, dilation: 1, padding: 1, kernel: [3, 3], channels: [3, 5], size: [9, 7], outputPadding: 0 },
  { stride: 3, dilation: 1, padding: 0, kernel: [2, 3], channels: [2, 4], size: [11, 12], outputPadding: 0 },
  { stride: 1, dilation: 2, padding: 2, kernel: [3, 3], channels: [3, 2], size: [8, 9], outputPadding: 0 },
  { stride: 2, dilation: 3, padding: 1, kernel: [2, 2], channels: [1, 3], size: [9, 11], outputPadding: 1 },
  // Enough pixels and channels for blocked layout.
  { stride: 2, dilation: 1, padding: 1, kernel: [3, 3], channels: [16, 16], size: [26, 28], outputPadding: 1 },
  { stride: 2, dilation: 1, padding: 1, kernel: [3, 3], channels: [1, 16], size: [26, 28], outputPadding: 1 },
  { stride: 1, dilation: 2, padding: 2, kernel: [3, 3], channels: [16, 8], size: [26, 25], outputPadding: 0 },
];

describe.each(CASES)(
  'stride $stride, dilation $dilation, padding $padding, kernel $kernel, channels $channels, size $size',
  ({ kernel, channels, size, outputPadding, ...steps }) => {
    const [ci, co] = channels;
    const large: ImageShape = [2, ci, ...size];
    const weight: ImageShape = [co, ci, ...kernel];
    const out = (length: number, k: number) =>
      Math.floor((length + 2 * steps.padding - steps.dilation * (k - 1) - 1) / steps.stride) + 1;
    const small: ImageShape = [2, co, out(large[2], kernel[0]), out(large[3], kernel[1])];
    const taps = kernel[0] * kernel[1];
    const w = drawn(weight, 3);
    const planes = [large, small].map(([, , height, width]) => height * width) as [number, number];

    /** Adds up what every connection carries, from one image to the other. */
    const connected = (add: (small: number, large: number, weight: number) => void) => {
      for (const { small: s, large: l, tap } of connections(small, large, kernel, steps)) {
        for (let n = 0; n < 2; n++) {
          for (let o = 0; o < co; o++) {
            for (let c = 0; c < ci; c++) {
              add((n * co + o) * planes[1] + s, (n * ci + c) * planes[0] + l, (o * ci + c) * taps + tap);
            }
          }
        }
      }
    };

    it('is the sum over taps and channels', async () => {
      const x = drawn(large, 1);
      const expected = new Float64Array(sizeOf(small));
      connected((to, from, tap) => {
        expected[to] = (expected[to] as number) + (x[from] as number) * (w[tap] as number);
      });
      const y = conv2d(constant(x, large), constant(w, weight), steps);
      expect(y.shape).toEqual(small);
      for (const runtime of runtimes) {
        expect(largestDifference((await evaluate({ y }, {}, runtime)).y as number[], expected)).toBeLessThan(1e-5);
      }
    });

    it('transposed, goes the other way', async () => {
      const y = drawn(small, 2);
      const expected = new Float64Array(sizeOf(large));
      connected((from, to, tap) => {
        expected[to] = (expected[to] as number) + (y[from] as number) * (w[tap] as number);
      });
      const x = convTranspose2d(constant(y, small), constant(w, weight), { ...steps, outputPadding });
      expect(x.shape).toEqual(large);
      for (const runtime of runtimes) {
        expect(largestDifference((await evaluate({ x }, {}, runtime)).x as number[], expected)).toBeLessThan(1e-5);
      }
    });
  },
);
