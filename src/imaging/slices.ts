import type { LabelVolume, Volume } from './volume.ts';

/** One slice as a grey picture, [height, width]: the mean over the channels. */
export function greySlice({ data, shape }: Pick<Volume, 'data' | 'shape'>, z: number): Float32Array {
  const [channels, depth, height, width] = shape;
  const pixels = height * width;
  const grey = new Float32Array(pixels);
  for (let channel = 0; channel < channels; channel++) {
    const start = (channel * depth + z) * pixels;
    for (let i = 0; i < pixels; i++) grey[i] = (grey[i] as number) + (data[start + i] as number) / channels;
  }
  return grey;
}

/** One slice of a segmentation, [height, width]. */
export function labelSlice({ data, shape: [, height, width] }: LabelVolume, z: number): Uint8Array {
  return data.subarray(z * height * width, (z + 1) * height * width);
}
