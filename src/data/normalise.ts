import { PatchclError } from '../core/errors.ts';
import type { Volume } from '../imaging/volume.ts';
import { percentiles } from './percentiles.ts';

/** The ways of bringing intensities into [0, 1]; all but `window` look at one volume alone. */
export const NORMALISATIONS = ['unit', 'percentile', 'zscore', 'window'] as const;

/**
 * How intensities come into [0, 1].
 * - `unit`: they already are; a value outside is an error.
 * - `percentile`: the two percentiles of each channel, over the whole volume, become 0 and 1; what lies outside is clipped.
 * - `zscore`: three standard deviations below and above the mean of each channel become 0 and 1.
 * - `window`: the bounds of `window` become 0 and 1 in every volume, as for Hounsfield units, which mean the same everywhere.
 */
export interface Normalisation {
  readonly normalise: (typeof NORMALISATIONS)[number];
  /** Lower and upper percentile, 0 <= lower < upper <= 100. */
  readonly percentiles: readonly [number, number];
  /** Lower and upper intensity of `window`, lower < upper; that alone needs it. */
  readonly window?: readonly [number, number];
}

/** Files store rounded numbers: this far outside [0, 1] is taken for the bound itself. */
const UNIT_TOLERANCE = 1e-3;
/** Standard deviations to either side of the mean that `zscore` keeps. */
const DEVIATIONS = 3;

/** The intensities that become 0 and 1; no contrast where they do not rise. */
export type Bounds = readonly [low: number, high: number];

/**
 * A copy of the volume's data, [channels, depth, height, width], with all values in [0, 1]. Values that are not finite
 * become 0, and so does a channel without contrast.
 *
 * @param subject for messages
 * @throws PatchclError `bad-data` when `unit` meets values outside [0, 1], `bad-config` when `window` has no window.
 */
export function normaliseVolume(volume: Volume, normalisation: Normalisation, subject: string): Float32Array {
  const data = volume.data.slice();
  const voxels = data.length / volume.shape[0];
  for (let channel = 0; channel < volume.shape[0]; channel++) {
    const values = data.subarray(channel * voxels, (channel + 1) * voxels);
    stretch(values, boundsOf([values], normalisation, subject));
  }
  return data;
}

/**
 * As `normaliseVolume`, for one slice after the other: a volume of one slice each, without a copy of the whole.
 *
 * @throws PatchclError as `normaliseVolume`
 */
export function normalisedSlices(volume: Volume, normalisation: Normalisation, subject: string): (z: number) => Volume {
  const [channels, depth, height, width] = volume.shape;
  const pixels = height * width;
  const bounds = Array.from({ length: channels }, (_, channel) =>
    boundsOf([volume.data.subarray(channel * depth * pixels, (channel + 1) * depth * pixels)], normalisation, subject),
  );
  return (z) => {
    const data = new Float32Array(channels * pixels);
    bounds.forEach((bound, channel) => {
      const start = (channel * depth + z) * pixels;
      const plane = data.subarray(channel * pixels, (channel + 1) * pixels);
      plane.set(volume.data.subarray(start, start + pixels));
      stretch(plane, bound);
    });
    return { data, shape: [channels, 1, height, width], geometry: volume.geometry };
  };
}

/**
 * The intensities of a channel that become 0 and 1. Nothing is copied, so that a volume of any size costs no memory.
 *
 * @param parts all values of the channel: the mean of `zscore` depends on their order in its last digit
 * @param subject for messages
 * @throws PatchclError as `normaliseVolume`
 */
export function boundsOf(
  parts: Iterable<Float32Array>,
  { normalise, percentiles: wanted, window }: Normalisation,
  subject: string,
): Bounds {
  switch (normalise) {
    case 'unit':
      for (const values of parts) checkUnit(values, subject);
      return [0, 1];
    case 'percentile':
      return percentiles(parts, wanted) as unknown as Bounds;
    case 'zscore': {
      const { mean, sd } = moments(parts);
      return [mean - DEVIATIONS * sd, mean + DEVIATIONS * sd];
    }
    case 'window':
      if (window !== undefined) return window;
      throw new PatchclError('bad-config', 'the window of intensities is missing', {
        subject: 'data.window',
        hint: 'Give the intensities that become 0 and 1, e.g. data.window: [-160, 240].',
      });
  }
}

/** Mean and (population) standard deviation of the finite values, by Welford's running update; NaN of none. */
export function moments(parts: Iterable<Float32Array>): { readonly mean: number; readonly sd: number } {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const values of parts) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (!Number.isFinite(value)) continue;
      count++;
      const difference = value - mean;
      mean += difference / count;
      squares += difference * (value - mean);
    }
  }
  return count === 0 ? { mean: Number.NaN, sd: Number.NaN } : { mean, sd: Math.sqrt(squares / count) };
}

function checkUnit(values: Float32Array, subject: string): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < -UNIT_TOLERANCE || value > 1 + UNIT_TOLERANCE) {
      throw new PatchclError('bad-data', `an intensity of ${value} was found, all were expected in [0, 1]`, {
        subject,
        hint: 'Set normalise to "percentile".',
      });
    }
  }
}

/** Brings values into [0, 1], in place. */
export function stretch(values: Float32Array, [low, high]: Bounds): void {
  const scale = high > low ? 1 / (high - low) : 0;
  for (let i = 0; i < values.length; i++) {
    const value = ((values[i] as number) - low) * scale;
    values[i] = value > 0 ? Math.min(value, 1) : 0;
  }
}
