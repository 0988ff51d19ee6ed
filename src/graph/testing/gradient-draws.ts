import { Rng } from '../../core/rng.ts';
import type { EachShape, GradientCheck } from '../../testing/gradient-check.ts';
import { constant } from '../leaf.ts';
import { conv2d } from '../ops/conv/conv.ts';
import { square } from '../ops/elementwise.ts';
import { type Shape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** Values that keep their distance from 0 and from each other, where kinks are. */
export const spread = { draw: (rng: Rng) => (rng.int(2) * 2 - 1) * (0.2 + rng.float()) };
export const positive = { draw: (rng: Rng) => 0.5 + rng.float(), step: 0.01 };
/** Distinct values on a coarse grid, so that no maximum changes hands within a difference step. */
export const distinct = () => {
  let next = 0;
  return { draw: (rng: Rng) => ((next++ * 7) % 97) * 0.2 + rng.float() * 0.02 };
};

export const IMAGE = [2, 3, 5, 7];
export const CHANNEL = [1, 3, 1, 1];
export const PLANE = [2, 3, 1, 1];

/** Channels that fill blocks of 8 and of 16. */
export const FULL = 16;

/** Of pixels enough for blocked convolution to pay. */
export const NOISE = [2, 1, 26, 26];

/** Numbers of which no two are equal and none is near 0. */
export function drawn(shape: Shape): Tensor {
  const rng = new Rng('gradient-cases');
  return constant(
    Array.from({ length: sizeOf(shape) }, () => spread.draw(rng)),
    shape,
  );
}

/**
 * A check in blocked layout, where the target has that: of images that a convolution made from FULL weights, one per
 * channel. These are differentiated instead of 21632 numbers, each of which has its own part in their gradient.
 */
export function inBlocks<const Shapes extends readonly Shape[] = []>(
  of: (image: Tensor, ...coefficients: EachShape<Shapes>) => Tensor,
  coefficients?: Shapes,
): GradientCheck {
  return {
    shapes: [[FULL, 1, 1, 1], ...(coefficients ?? [])],
    // The square makes the gradient that comes back blocked as well.
    build: (weight, ...rest) => square(of(conv2d(drawn(NOISE), weight as Tensor), ...(rest as EachShape<Shapes>))),
    // Activations stay clear of the kink: |x * scale| > |shift|.
    draw: (rng, i) => (i === 2 ? 0.02 * rng.float() : 1 + rng.float()),
  };
}

export const FULL_CHANNEL = [1, FULL, 1, 1];
export const FULL_PLANE = [2, FULL, 1, 1];
