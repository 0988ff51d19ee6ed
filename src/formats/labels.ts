import type { LabelVolume, Volume } from '../imaging/volume.ts';
import { damaged } from './damaged.ts';

/**
 * Takes a scan with one channel as a segmentation. Values stay as they are; numbers within 0.001 of an integer are taken as
 * it, since some tools store masks as floats or with a scale factor.
 *
 * @throws PatchclError `bad-file` when there are several channels or a value is not an integer from 0 to 255.
 */
export function labelsOf(volume: Volume, name: string): LabelVolume {
  const [channels, depth, height, width] = volume.shape;
  if (channels !== 1) throw damaged(name, `a segmentation has one channel, but this file has ${channels}`);
  return { data: classIndices(volume.data, name), shape: [depth, height, width], geometry: volume.geometry };
}

/** Class indices of numbers that are meant as such. @throws PatchclError `bad-file` for anything but integers 0 to 255. */
export function classIndices(values: ArrayLike<number>, name: string): Uint8Array {
  const data = new Uint8Array(values.length);
  for (let i = 0; i < data.length; i++) {
    const value = values[i] as number;
    const index = Math.round(value);
    if (!(index >= 0 && index <= 255 && Math.abs(value - index) < 1e-3)) {
      throw damaged(name, `a segmentation holds class indices 0 to 255, but this file has the value ${value}`);
    }
    data[i] = index;
  }
  return data;
}

/**
 * Maps masks drawn in black and white, {0, 255}, to class indices {0, 1}. Readers leave values untouched, so a binary PNG
 * mask needs this before training; anything with another value, or without 255, comes back as it is.
 */
export function normaliseBinaryLabels(labels: LabelVolume): LabelVolume {
  if (!labels.data.includes(255) || labels.data.some((value) => value !== 0 && value !== 255)) return labels;
  return { ...labels, data: labels.data.map((value) => (value === 255 ? 1 : 0)) };
}
