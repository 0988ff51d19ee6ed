import type { LabelVolume, Volume } from './volume.ts';

/**
 * One slice as it is shown: three channels are the red, green and blue of a picture, [3, height, width] (three sequences of a
 * scan become its false colours); of any other number the mean is taken as grey, [height, width].
 */
export function shownSlice({ data, shape }: Pick<Volume, 'data' | 'shape'>, z: number): Float32Array {
  const [channels, depth, height, width] = shape;
  const pixels = height * width;
  const plane = (channel: number) => {
    const start = (channel * depth + z) * pixels;
    return data.subarray(start, start + pixels);
  };
  const shown = new Float32Array(channels === 3 ? 3 * pixels : pixels);
  for (let channel = 0; channel < channels; channel++) {
    const values = plane(channel);
    if (channels === 3) shown.set(values, channel * pixels);
    else for (let i = 0; i < pixels; i++) shown[i] = (shown[i] as number) + (values[i] as number) / channels;
  }
  return shown;
}

/** One slice of a segmentation, [height, width]. */
export function labelSlice({ data, shape: [, height, width] }: LabelVolume, z: number): Uint8Array {
  return data.subarray(z * height * width, (z + 1) * height * width);
}
