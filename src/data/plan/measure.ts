import { IGNORED, type LabelVolume, type Volume } from '../../imaging/volume.ts';
import { moments } from '../normalise.ts';
import { percentiles } from '../percentiles.ts';

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
  let [min, max, whole, notFinite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) {
      notFinite++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    whole &&= Number.isInteger(value);
  }
  const [low, median, high] = percentiles([values], [0.5, 50, 99.5]) as [number, number, number];
  return { min, max, ...moments([values]), low, median, high, notFinite, whole };
}

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
