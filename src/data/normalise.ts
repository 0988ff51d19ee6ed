import { PatchclError } from '../core/errors.ts';
import type { Volume } from '../imaging/volume.ts';

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
    stretch(values, ...boundsOf(values, normalisation, subject));
  }
  return data;
}

/** The intensities of a channel that become 0 and 1. */
function boundsOf(
  values: Float32Array,
  { normalise, percentiles, window }: Normalisation,
  subject: string,
): readonly [number, number] {
  switch (normalise) {
    case 'unit':
      checkUnit(values, subject);
      return [0, 1];
    case 'percentile': {
      const finite = values.filter(Number.isFinite);
      return [percentile(finite, percentiles[0]), percentile(finite, percentiles[1])];
    }
    case 'zscore': {
      const { mean, sd } = moments(values);
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
export function moments(values: Float32Array): { readonly mean: number; readonly sd: number } {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    count++;
    const difference = value - mean;
    mean += difference / count;
    squares += difference * (value - mean);
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

function stretch(values: Float32Array, low: number, high: number): void {
  const scale = high > low ? 1 / (high - low) : 0;
  for (let i = 0; i < values.length; i++) {
    const value = ((values[i] as number) - low) * scale;
    values[i] = value > 0 ? Math.min(value, 1) : 0;
  }
}

/**
 * The percentile of some values, interpolated linearly between ranks as NumPy does; reorders the values. NaN without any.
 */
export function percentile(values: Float32Array, percent: number): number {
  if (values.length === 0) return Number.NaN;
  const rank = (percent / 100) * (values.length - 1);
  const below = Math.floor(rank);
  const low = select(values, below);
  if (below === rank) return low;
  let high = Number.POSITIVE_INFINITY;
  for (let i = below + 1; i < values.length; i++) high = Math.min(high, values[i] as number);
  return low + (high - low) * (rank - below);
}

/**
 * The value of rank `k` (Hoare's quickselect); no smaller one stands after it then. Sorting would take seconds for a scan of
 * a hundred million voxels.
 */
function select(values: Float32Array, k: number): number {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[(left + right) >> 1] as number;
    let i = left;
    let j = right;
    while (i <= j) {
      while ((values[i] as number) < pivot) i++;
      while ((values[j] as number) > pivot) j--;
      if (i > j) break;
      const swapped = values[i] as number;
      values[i++] = values[j] as number;
      values[j--] = swapped;
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else break;
  }
  return values[k] as number;
}
