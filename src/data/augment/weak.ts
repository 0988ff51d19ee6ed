import type { Rng } from '../../core/rng.ts';
import { type Affine, type Frame, resampleImage, resampleLabel } from './affine.ts';

/** How far the geometry may move; 0 and `false` switch a part off. */
export interface WeakOptions {
  /** Largest rotation to either side, radians. */
  readonly rotation: number;
  /** Also rotate by a random multiple of 90 degrees. */
  readonly rightAngles: boolean;
  /** Mirror each axis with probability 1/2. */
  readonly flip: boolean;
  /** Share of the images that are mirrored and turned so at all; the others stay upright. Default 1. */
  readonly turned?: number;
  /** Largest absolute logarithm of the zoom: 0.1 is about 10 % larger or smaller. */
  readonly scale: number;
  /** Largest shift along each axis, fraction of the side. */
  readonly shift: number;
}

/** An image and its mask, of which a square part is wanted. */
export interface WeakSource {
  /** [channels, height, width] of the frame, for each of the slices that are seen at once */
  readonly planes: readonly Float32Array[];
  /** [height, width], class indices */
  readonly label?: Uint8Array;
  readonly frame: Frame;
}

/** Where the part goes: [planes * channels, size, size] and, where the mask is wanted, [size, size]. */
export interface WeakTarget {
  readonly image: Float32Array;
  readonly label?: Int32Array;
  readonly size: number;
}

/**
 * Moves, turns, mirrors and zooms an image, its mask with it, in one affine resampling: the image bilinear, the mask nearest,
 * what lies outside the image filled with the nearest border pixel. Intensities stay in the range they had; flips and right
 * angles alone copy pixels exactly.
 */
export function weakView(
  { planes, label, frame }: WeakSource,
  target: WeakTarget,
  options: WeakOptions,
  rng: Rng,
): void {
  const affine = drawAffine(options, rng);
  const length = target.image.length / planes.length;
  for (const [i, plane] of planes.entries()) {
    resampleImage(plane, frame, target.image.subarray(i * length, (i + 1) * length), target.size, affine);
  }
  if (label && target.label) resampleLabel(label, frame, target.label, target.size, affine);
}

const QUARTER_TURNS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/** Draws the map from output to input positions. The number of draws is fixed, so one option does not change the others. */
function drawAffine(options: WeakOptions, rng: Rng): Affine {
  const angle = rng.uniform(-options.rotation, options.rotation);
  const quarter = rng.int(4);
  const [flipX, flipY] = [rng.chance(0.5), rng.chance(0.5)];
  const zoom = Math.exp(-rng.uniform(-options.scale, options.scale));
  const shiftX = rng.uniform(-options.shift, options.shift);
  const shiftY = rng.uniform(-options.shift, options.shift);
  const isTurned = rng.chance(options.turned ?? 1);
  const [mirrorX, mirrorY] = [flipX, flipY].map((flips) => (isTurned && options.flip && flips ? -1 : 1)) as [
    number,
    number,
  ];
  // Sines and cosines of right angles are written out: computed ones are off by 1e-16, and pixels would be blended.
  const [turnCos, turnSin] =
    isTurned && options.rightAngles ? (QUARTER_TURNS[quarter] ?? QUARTER_TURNS[0]) : QUARTER_TURNS[0];
  const cos = zoom * (Math.cos(angle) * turnCos - Math.sin(angle) * turnSin);
  const sin = zoom * (Math.sin(angle) * turnCos + Math.cos(angle) * turnSin);
  return {
    xx: mirrorX * cos,
    xy: -mirrorX * sin,
    yx: mirrorY * sin,
    yy: mirrorY * cos,
    shiftX,
    shiftY,
  };
}
