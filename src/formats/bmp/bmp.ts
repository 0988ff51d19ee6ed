import { type LabelVolume, PIXEL_GEOMETRY, type Volume } from '../../imaging/volume.ts';
import type { LabelOptions } from '../codec.ts';
import { labelsOf } from '../labels.ts';
import { labelsOfPalette, pictureOfPalette } from '../palette.ts';
import { decodeBmp } from './decode.ts';

/**
 * Reads a BMP: one channel where its palette is grey, else red, green and blue; alpha is dropped.
 *
 * @returns [channels, 1, height, width], 0 to 255.
 * @throws PatchclError `bad-file` when the file is damaged or cut off, `unsupported` for JPEG or PNG in BMP.
 */
export function readBmp(bytes: Uint8Array, name: string): Volume {
  const { height, width, samples, palette } = decodeBmp(bytes, name);
  if (palette !== undefined) return pictureOfPalette(samples, palette, [1, height, width], name);
  const size = height * width;
  const data = new Float32Array(3 * size);
  for (let c = 0; c < 3; c++) for (let i = 0; i < size; i++) data[c * size + i] = samples[3 * i + c] as number;
  return { data, shape: [3, 1, height, width], geometry: PIXEL_GEOMETRY };
}

/** Reads a mask, as `labelsOfPalette` and `labelsOf` say. @returns [1, height, width]. @throws PatchclError as they do. */
export function readBmpLabels(bytes: Uint8Array, name: string, options: LabelOptions = {}): LabelVolume {
  const { height, width, samples, palette } = decodeBmp(bytes, name);
  if (palette !== undefined) return labelsOfPalette(samples, palette, [1, height, width], name, options);
  return labelsOf(readBmp(bytes, name), name, options);
}
