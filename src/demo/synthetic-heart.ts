import { PatchclError } from '../core/errors.ts';
import { Rng } from '../core/rng.ts';
import type { Geometry, LabelVolume, Volume } from '../imaging/volume.ts';
import { drawAnatomy } from './synthetic-heart/anatomy.ts';
import { develop, drawScanner, scanSlice } from './synthetic-heart/scanner.ts';
import { paintSlice } from './synthetic-heart/scene.ts';
import { drawTissue } from './synthetic-heart/tissue.ts';

/** Class names by label value, as ACDC's. */
export const SYNTHETIC_HEART_CLASSES = ['background', 'right ventricle', 'myocardium', 'left ventricle'] as const;

/** What the stack covers, in millimetres: along the heart's axis, and in the slice. */
const STACK_LENGTH = 64;
const FIELD_OF_VIEW = 192;

export interface SyntheticHeartOptions {
  /** How many patients, one scan each. */
  readonly patients: number;
  /** Rows and columns of a slice; the field of view is 192 mm, so 128 gives 1.5 mm pixels. */
  readonly size: number;
  /** Slices from base to apex; they cover 64 mm, so 8 give a spacing of 8 mm. */
  readonly slices: number;
  readonly seed: number;
}

/** One synthetic patient. */
export interface SyntheticHeart {
  /** `heart001`, `heart002`, ... */
  readonly id: string;
  /** [1, slices, size, size], intensities in [0, 1] */
  readonly image: Volume;
  /** [slices, size, size], indices into `SYNTHETIC_HEART_CLASSES` */
  readonly label: LabelVolume;
}

/**
 * Makes short-axis cardiac MR scans that resemble ACDC's: ventricles and myocardium within a chest, with the differences
 * between patients (shape, position, rotation, disease) and between scans (contrast, coil, noise) that make a few labelled
 * ones too few. A patient depends on the seed and its own number only, so that a larger set starts with the smaller one.
 *
 * @throws PatchclError `bad-config` when a number is not a positive integer or the slices are smaller than 16 pixels.
 *
 * @example
 * const [first] = syntheticHearts({ patients: 12, size: 128, slices: 8, seed: 1 });
 */
export function syntheticHearts(options: SyntheticHeartOptions): SyntheticHeart[] {
  const { patients, size, slices, seed } = options;
  for (const [subject, value, least] of [
    ['patients', patients, 1],
    ['size', size, 16],
    ['slices', slices, 1],
  ] as const) {
    if (!Number.isInteger(value) || value < least) {
      throw new PatchclError('bad-config', `expected a whole number of at least ${least}, got ${value}`, { subject });
    }
  }
  return Array.from({ length: patients }, (_, index) =>
    oneHeart(index + 1, size, slices, new Rng(seed, 'heart', index)),
  );
}

function oneHeart(number: number, size: number, slices: number, rng: Rng): SyntheticHeart {
  const anatomy = drawAnatomy(rng.fork('anatomy'));
  const tissue = drawTissue(rng.fork('tissue'));
  const scanner = drawScanner(rng.fork('scanner'));
  const spacing = FIELD_OF_VIEW / size;
  const thickness = STACK_LENGTH / slices;
  const pixels = size * size;
  const image = new Float32Array(slices * pixels);
  const label = new Uint8Array(slices * pixels);
  for (let slice = 0; slice < slices; slice++) {
    const z = (slice + 0.5) * thickness - anatomy.baseMargin;
    const painted = paintSlice(anatomy, tissue, { z, size, spacing }, rng.fork('slice', slice));
    image.set(scanSlice(painted.image, size, scanner, rng.fork('noise', slice)), slice * pixels);
    label.set(painted.label, slice * pixels);
  }
  develop(image, scanner);
  const geometry: Geometry = { spacing: [thickness, spacing, spacing], unit: 'mm' };
  return {
    id: `heart${String(number).padStart(3, '0')}`,
    image: { data: image, shape: [1, slices, size, size], geometry },
    label: { data: label, shape: [slices, size, size], geometry },
  };
}
