import { percentiles } from '../data/percentiles.ts';
import { isLikeHounsfield } from '../data/plan/fingerprint.ts';
import { orientationOf } from '../imaging/orientation.ts';
import { asShown, sliceLayout } from '../imaging/planes.ts';
import { resizeAntialiased } from '../imaging/resize.ts';
import { shownSlice } from '../imaging/slices.ts';
import type { LabelVolume, Volume } from '../imaging/volume.ts';
import { encodePicture, slicePicture } from '../report/picture.ts';
import type { Measures } from './api/index.ts';

/** What a scan's values mean, by its file, else by the channels that the data set names, else by how they look. */
export function valuesOf(image: Volume, channels: readonly string[] = []): Pick<Measures, 'windows' | 'hounsfield'> {
  const { windows, isHounsfield } = image.meaning ?? {};
  const isNamed = channels.length === 1 && channels[0]?.toUpperCase() === 'CT';
  const isStated = isHounsfield ?? (isNamed && image.shape[0] === 1);
  const isLikely = isHounsfield === undefined && isLikeHounsfield(image);
  const hounsfield = isStated ? 'stated' : isLikely ? 'likely' : undefined;
  return {
    ...(windows !== undefined && { windows: windows.map((one) => ({ ...one })) }),
    ...(hounsfield !== undefined && { hounsfield }),
  };
}

/** Voxels looked at for the window: more would change nothing that an eye sees. */
const SAMPLE = 500_000;

/** Longer side of a thumbnail, pixels. */
const THUMBNAIL = 96;

/**
 * What is told of a scan in a list.
 *
 * @param volume in the studio's orientation
 * @param affine of the scan as it is stored
 */
export function measuresOf(volume: Volume, affine: readonly number[] | undefined): Measures {
  const [channels, depth, height, width] = volume.shape;
  const { spacing, unit, affine: own } = volume.geometry;
  return {
    shape: [depth, height, width],
    channels,
    spacing: [...spacing],
    unit,
    ...(affine !== undefined && { stored: orientationOf(affine) }),
    ...(own !== undefined && { orientation: orientationOf(own) }),
    ...(own !== undefined && unit === 'mm' && { affine: [...own] }),
    window: windowOf(volume.data.subarray(0, depth * height * width)),
  };
}

function windowOf(values: Float32Array): [number, number] {
  const step = Math.max(1, Math.floor(values.length / SAMPLE));
  const sample = new Float32Array(Math.ceil(values.length / step));
  for (let i = 0; i < sample.length; i++) sample[i] = values[i * step] as number;
  const [low, high] = percentiles([sample], [0.5, 99.5]) as [number, number];
  // A scan of one value, or of none, has a window all the same.
  if (!Number.isFinite(low)) return [0, 1];
  return high > low ? [low, high] : [low, low + 1];
}

/** The middle slice as PNG, on the side and in the proportions in which it is shown when it is labelled. */
export function thumbnail(volume: Volume, { window: [low, high] }: Measures): Uint8Array {
  const [, depth] = volume.shape;
  const layout = sliceLayout(volume);
  const { height, width } = layout;
  const slice = asShown(shownSlice(volume, Math.floor(depth / 2)), layout);
  const shades = slice.map((value) => Math.min(1, Math.max(0, (value - low) / (high - low))));
  const [down, across] = layout.spacing;
  const finest = Math.min(down, across);
  const sides = [(height * down) / finest, (width * across) / finest] as const;
  const scale = Math.min(1, THUMBNAIL / Math.max(sides[0], sides[1]));
  const size = sides.map((side) => Math.max(1, Math.round(side * scale))) as [number, number];
  const planes = shades.length / (height * width);
  return encodePicture(slicePicture(resizeAntialiased(shades, planes, [height, width], size), size, 1));
}

/** The first channel in bytes within the window, every so many voxels, so that no side is longer than `most`. */
export function previewOf({ data, shape, geometry }: Volume, { window }: Measures, most = 192): LabelVolume {
  const [low, high] = window;
  const [, ...sides] = shape;
  const steps = sides.map((side) => Math.ceil(side / most)) as [number, number, number];
  const [depth, height, width] = sides.map((side, axis) => Math.floor((side - 1) / (steps[axis] as number)) + 1) as [
    number,
    number,
    number,
  ];
  const bytes = new Uint8Array(depth * height * width);
  let at = 0;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = (z * steps[0] * sides[1] + y * steps[1]) * sides[2];
      for (let x = 0; x < width; x++) {
        const shade = ((data[row + x * steps[2]] as number) - low) / (high - low);
        bytes[at++] = Math.round(255 * Math.min(1, Math.max(0, shade)));
      }
    }
  }
  const spacing = geometry.spacing.map((gap, axis) => gap * (steps[axis] as number)) as [number, number, number];
  const { affine, unit } = geometry;
  // Columns of the affine go with i, j, k, the reverse of the shape; its origin is the centre of the first voxel, which is kept.
  const coarse = affine?.map((value, i) => (i < 12 && i % 4 < 3 ? value * (steps[2 - (i % 4)] as number) : value));
  return { data: bytes, shape: [depth, height, width], geometry: { spacing, unit, ...(coarse && { affine: coarse }) } };
}

/** Whether all intensities are whole numbers that 16 bits hold. */
export function fitsInt16(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isInteger(value) || value < -32768 || value > 32767) return false;
  }
  return true;
}
