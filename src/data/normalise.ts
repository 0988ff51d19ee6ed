import { PatchclError } from '../core/errors.ts';
import type { Volume } from '../imaging/volume.ts';

/**
 * How intensities come into [0, 1], per volume.
 * - `unit`: they already are; a value outside is an error.
 * - `percentile`: the two percentiles of each channel, over the whole volume, become 0 and 1; what lies outside is clipped.
 */
export interface Normalisation {
  readonly normalise: 'unit' | 'percentile';
  /** Lower and upper percentile, 0 <= lower < upper <= 100. */
  readonly percentiles: readonly [number, number];
}

/** Files store rounded numbers: this far outside [0, 1] is taken for the bound itself. */
const UNIT_TOLERANCE = 1e-3;

/**
 * A copy of the volume's data, [channels, depth, height, width], with all values in [0, 1]. Values that are not finite
 * become 0, and so does a channel without contrast.
 *
 * @param subject for messages
 * @throws PatchclError `bad-data` when `unit` meets values outside [0, 1].
 */
export function normaliseVolume(
  volume: Volume,
  { normalise, percentiles }: Normalisation,
  subject: string,
): Float32Array {
  const data = volume.data.slice();
  const voxels = data.length / volume.shape[0];
  for (let channel = 0; channel < volume.shape[0]; channel++) {
    const values = data.subarray(channel * voxels, (channel + 1) * voxels);
    if (normalise === 'unit') {
      checkUnit(values, subject);
      stretch(values, 0, 1);
    } else {
      const finite = values.filter(Number.isFinite);
      const [low, high] = percentiles.map((percent) => percentile(finite, percent)) as [number, number];
      stretch(values, low, high);
    }
  }
  return data;
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
