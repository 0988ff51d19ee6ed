import type { LabelVolume, Volume } from '../imaging/volume.ts';
import type { LabelOptions } from './codec.ts';
import { unfit } from './damaged.ts';

/**
 * Takes a scan as a segmentation. Values stay as they are; numbers within 0.001 of an integer are taken as it, since some tools
 * store masks as floats or with a scale factor. Three channels are colours: equal ones are grey values, others are looked up
 * where the data set says what they stand for.
 *
 * @throws PatchclError `bad-file` when there are other channels, a value is not an integer from 0 to 255, or a colour stands for
 *   nothing.
 */
export function labelsOf(volume: Volume, name: string, { colours }: LabelOptions = {}): LabelVolume {
  const [channels, depth, height, width] = volume.shape;
  const { geometry, notes } = volume;
  const common = { shape: [depth, height, width] as const, geometry, ...(notes && { notes }) };
  const size = depth * height * width;
  if (channels === 3) {
    const isGrey = isEqual(volume.data, size);
    const looked = colours && classesOfColours(volume.data, size, colours);
    if (looked instanceof Uint8Array) return { data: looked, ...common };
    if (isGrey) return { data: classIndices(volume.data.subarray(0, size), name), ...common };
    if (looked !== undefined) {
      const problem = `a pixel has the colour ${looked.unknown.join(', ')}, which stands for no class`;
      throw unfit(name, problem, 'Add it to the colours of dataset.json, or correct the mask.');
    }
    const problem = 'a mask holds one class index per pixel, but this file is a colour picture';
    const hint = 'Say in dataset.json which colour is which class, or save class indices as grey values.';
    throw unfit(name, problem, hint);
  }
  if (channels !== 1) {
    const problem = `a segmentation has one channel, but this file has ${channels}`;
    throw unfit(name, problem, 'Save class indices as one channel.');
  }
  return { data: classIndices(volume.data, name), ...common };
}

/** Tolerance of values that are 0, 1 or add up to 1: tools store masks as floats. */
const TOLERANCE = 1e-3;

/**
 * Takes the channels of a scan as classes of their own: one-hot, or probabilities that add up to 1. Where a voxel is of one
 * class or another everywhere, the first is the background; else voxels of no class are.
 *
 * @throws PatchclError `bad-file` when voxels are of several classes, or the values are no such thing.
 */
export function labelsOfClasses(volume: Volume, name: string): LabelVolume {
  const [classes, depth, height, width] = volume.shape;
  const size = depth * height * width;
  const { data } = volume;
  const most = highest(data) === 255 ? 255 : 1;
  const labels = new Uint8Array(size);
  let [isHard, isComplete, isExclusive] = [true, true, classes <= 255];
  for (let i = 0; i < size && isExclusive; i++) {
    let [sum, best] = [0, 0];
    for (let k = 0; k < classes; k++) {
      const value = (data[k * size + i] as number) / most;
      const isWhole = Math.abs(value - Math.round(value)) <= TOLERANCE;
      isHard &&= isWhole;
      isExclusive &&= value >= -TOLERANCE && value <= 1 + TOLERANCE;
      sum += value;
      if (value > (data[best * size + i] as number) / most) best = k;
    }
    isComplete &&= Math.abs(sum - 1) <= 10 * TOLERANCE;
    isExclusive &&= sum <= 1 + 10 * TOLERANCE;
    // Foreground classes only: 0 stays for what is none of them.
    labels[i] = sum <= TOLERANCE ? 0 : best + 1;
  }
  if (!isExclusive || !(isHard || isComplete)) {
    const problem = `a mask is one volume of class indices, but this file holds ${classes}, which are not one class each`;
    throw unfit(name, problem, 'Save class indices as one volume.');
  }
  if (isComplete) for (let i = 0; i < size; i++) labels[i] = (labels[i] as number) - 1;
  const kind = isHard ? 'one-hot' : 'probabilities';
  const background = isComplete ? 'the first is background' : 'voxels of none are background';
  const notes = [
    ...(volume.notes ?? []),
    `its ${classes} volumes are taken as one class each (${kind}), ${background}`,
  ];
  return { data: labels, shape: [depth, height, width], geometry: volume.geometry, notes };
}

/** Class indices of numbers that are meant as such. @throws PatchclError `bad-file` for anything but integers 0 to 255. */
export function classIndices(values: ArrayLike<number>, name: string): Uint8Array {
  const data = new Uint8Array(values.length);
  for (let i = 0; i < data.length; i++) {
    const value = values[i] as number;
    const index = Math.round(value);
    if (!(index >= 0 && index <= 255 && Math.abs(value - index) < 1e-3)) {
      const problem = `a segmentation holds class indices 0 to 255, but this file has the value ${value}`;
      throw unfit(name, problem, 'Save class indices, or leave the file out if it is no mask.');
    }
    data[i] = index;
  }
  return data;
}

/** @param data [3, size] @returns the first colour that stands for nothing, if there is one */
function classesOfColours(
  data: Float32Array,
  size: number,
  colours: ReadonlyMap<number, number>,
): Uint8Array | { readonly unknown: readonly [number, number, number] } {
  const labels = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    const [red, green, blue] = [data[i], data[size + i], data[2 * size + i]] as [number, number, number];
    const label = colours.get((red << 16) | (green << 8) | blue);
    if (label === undefined) return { unknown: [red, green, blue] };
    labels[i] = label;
  }
  return labels;
}

function highest(data: Float32Array): number {
  let most = 0;
  for (let i = 0; i < data.length; i++) most = Math.max(most, data[i] as number);
  return most;
}

/** Whether three channels are the same. */
function isEqual(data: Float32Array, size: number): boolean {
  for (let i = 0; i < size; i++) {
    if (data[i] !== data[size + i] || data[i] !== data[2 * size + i]) return false;
  }
  return true;
}

/**
 * Maps masks drawn in black and white, {0, 255}, to class indices {0, 1}. Readers leave values untouched, so a binary PNG
 * mask needs this before training; anything with another value, or without 255, comes back as it is.
 */
export function normaliseBinaryLabels(labels: LabelVolume): LabelVolume {
  if (!labels.data.includes(255)) return labels;
  for (let i = 0; i < labels.data.length; i++) {
    if (labels.data[i] !== 0 && labels.data[i] !== 255) return labels;
  }
  const data = new Uint8Array(labels.data.length);
  for (let i = 0; i < data.length; i++) data[i] = labels.data[i] === 255 ? 1 : 0;
  return { ...labels, data };
}
