import { IGNORED, type LabelVolume, type Volume } from '../../imaging/volume.ts';
import { moments } from '../normalise.ts';
import { countedPercentiles, percentiles } from '../percentiles.ts';

/** The intensities of one channel of a scan, those that are not finite left out. */
export interface ChannelMeasures {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly sd: number;
  /** Percentiles 0.5, 50 and 99.5. */
  readonly low: number;
  readonly median: number;
  readonly high: number;
  /** Number of values that are NaN or infinite. */
  readonly notFinite: number;
  /** Whether all values are whole numbers. */
  readonly whole: boolean;
}

/** Measures every channel of a scan. */
export function measureChannels({ data, shape: [channels] }: Volume): ChannelMeasures[] {
  const voxels = data.length / channels;
  return Array.from({ length: channels }, (_, c) => measure(data.subarray(c * voxels, (c + 1) * voxels)));
}

function measure(values: Float32Array): ChannelMeasures {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [fractions, notFinite] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    // What is not finite differs from itself.
    if (value - value !== 0) {
      notFinite++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    if (value !== Math.floor(value)) fractions++;
  }
  const whole = fractions === 0;
  const isCounted = whole && notFinite === 0 && values.length > 0 && max - min < MOST_COUNTED;
  const counts = isCounted ? countedFrom(values, min, max) : undefined;
  const found = counts === undefined ? percentiles([values], PERCENTS) : countedPercentiles(counts, min, PERCENTS);
  const [low, median, high] = found as [number, number, number];
  const { mean, sd } = counts === undefined ? moments([values]) : countedMoments(counts, min);
  return { min, max, mean, sd, low, median, high, notFinite, whole };
}

/** Whole numbers within so many of each other, as pictures have, are counted: a fifth of the time. */
const MOST_COUNTED = 1 << 14;

/** How often each whole number from `min` to `max` occurs. */
function countedFrom(values: Float32Array, min: number, max: number): Uint32Array {
  const counts = new Uint32Array(max - min + 1);
  for (let i = 0; i < values.length; i++) {
    const at = (values[i] as number) - min;
    counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}

function countedMoments(counts: Uint32Array, min: number): { readonly mean: number; readonly sd: number } {
  let [count, sum, squares] = [0, 0, 0];
  for (let at = 0; at < counts.length; at++) {
    count += counts[at] as number;
    sum += at * (counts[at] as number);
  }
  const mean = sum / count;
  for (let at = 0; at < counts.length; at++) squares += (counts[at] as number) * (at - mean) ** 2;
  return { mean: min + mean, sd: Math.sqrt(squares / count) };
}

const PERCENTS = [0.5, 50, 99.5];

/** Voxels taken of the foreground of one scan, evenly from all of it. */
const MOST_VOXELS = 4000;

/** Intensities of the first channel where the segmentation has foreground, some of them when they are many. */
export function foregroundSample(image: Volume, label: LabelVolume): Float32Array {
  const isForeground = (i: number) => label.data[i] !== 0 && label.data[i] !== IGNORED;
  let count = 0;
  for (let i = 0; i < label.data.length; i++) if (isForeground(i)) count++;
  const step = Math.max(1, count / MOST_VOXELS);
  const sample = new Float32Array(Math.ceil(count / step));
  let seen = 0;
  let taken = 0;
  for (let i = 0; i < label.data.length && taken < sample.length; i++) {
    if (!isForeground(i)) continue;
    if (seen >= taken * step) sample[taken++] = image.data[i] as number;
    seen++;
  }
  return sample.subarray(0, taken);
}
