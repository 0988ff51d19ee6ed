import type { Rng } from '../../core/rng.ts';
import type { Batch } from '../dataset.ts';
import { type Affine, resampleImage, resampleLabel } from './affine.ts';

/** How far the geometry may move; 0 and `false` switch a part off. */
export interface WeakOptions {
  /** Largest rotation to either side, radians. */
  readonly rotation: number;
  /** Also rotate by a random multiple of 90 degrees. */
  readonly rightAngles: boolean;
  /** Mirror each axis with probability 1/2. */
  readonly flip: boolean;
  /** Largest absolute logarithm of the zoom: 0.1 is about 10 % larger or smaller. */
  readonly scale: number;
  /** Largest shift along each axis, fraction of the side. */
  readonly shift: number;
}

export const WEAK_DEFAULTS: WeakOptions = { rotation: 0.35, rightAngles: true, flip: true, scale: 0.1, shift: 0.05 };

/**
 * Moves, turns, mirrors and zooms every image of a batch, its mask with it, in one affine resampling: images bilinear,
 * masks nearest, the outside filled with the nearest border pixel. Intensities stay in the range they had; flips and right
 * angles alone copy pixels exactly.
 *
 * @returns a new batch of the same shape
 */
export function weakAugment(batch: Batch, options: WeakOptions, rng: Rng): Batch {
  const [count, channels, size] = batch.shape;
  const images = new Float32Array(batch.images.length);
  const labels = batch.labels === undefined ? undefined : new Int32Array(batch.labels.length);
  const pixels = size * size;
  for (let n = 0; n < count; n++) {
    const affine = drawAffine(options, rng);
    const span = [n * channels * pixels, (n + 1) * channels * pixels] as const;
    resampleImage(batch.images.subarray(...span), images.subarray(...span), channels, size, affine);
    if (batch.labels !== undefined && labels !== undefined) {
      const plane = [n * pixels, (n + 1) * pixels] as const;
      resampleLabel(batch.labels.subarray(...plane), labels.subarray(...plane), size, affine);
    }
  }
  return { images, shape: batch.shape, ...(labels === undefined ? {} : { labels }) };
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
  const [mirrorX, mirrorY] = [rng.chance(0.5), rng.chance(0.5)].map((chance) => (options.flip && chance ? -1 : 1)) as [
    number,
    number,
  ];
  const zoom = Math.exp(-rng.uniform(-options.scale, options.scale));
  const shiftX = rng.uniform(-options.shift, options.shift);
  const shiftY = rng.uniform(-options.shift, options.shift);
  // Sines and cosines of right angles are written out: computed ones are off by 1e-16, and pixels would be blended.
  const [turnCos, turnSin] = options.rightAngles ? (QUARTER_TURNS[quarter] ?? QUARTER_TURNS[0]) : QUARTER_TURNS[0];
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
