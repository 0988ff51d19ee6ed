import { encode } from 'fast-png';
import { PatchclError } from '../../core/errors.ts';
import { type LabelVolume, PIXEL_GEOMETRY, type Volume } from '../../imaging/volume.ts';
import { damaged } from '../damaged.ts';
import { classIndices } from '../labels.ts';
import { decodePng, type PngPixels } from './decode.ts';

/**
 * Reads a picture: grey as one channel, RGB and palette colours as three; alpha is dropped. Values are as stored, 0 to
 * 2^bits - 1. A PNG does not say how large a pixel is in the body (its resolution is meant for print), so the unit is pixels.
 *
 * @returns [channels, 1, height, width].
 * @throws PatchclError `bad-file` when the file is not a PNG, damaged or cut off.
 */
export function readPng(bytes: Uint8Array, name: string): Volume {
  const pixels = decodePng(bytes, name);
  const { height, width } = pixels;
  const colours = pixels.palette === undefined ? pixels : paletteColours(pixels, pixels.palette, name);
  const channels = colours.channels < 3 ? 1 : 3;
  const size = height * width;
  const data = new Float32Array(channels * size);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < channels; c++) data[c * size + i] = colours.samples[i * colours.channels + c] as number;
  }
  return { data, shape: [channels, 1, height, width], geometry: PIXEL_GEOMETRY };
}

/**
 * Reads a mask: palette index or grey value per pixel, untouched (see `normaliseBinaryLabels` for black-and-white masks). A
 * colour picture is taken as grey when red, green and blue are equal everywhere.
 *
 * @returns [1, height, width].
 * @throws PatchclError `bad-file` when the file is damaged, has colours, or holds values above 255.
 */
export function readPngLabels(bytes: Uint8Array, name: string): LabelVolume {
  const { height, width, channels, samples } = decodePng(bytes, name);
  const size = height * width;
  const values = new Uint16Array(size);
  for (let i = 0; i < size; i++) {
    const at = i * channels;
    values[i] = samples[at] as number;
    if (channels >= 3 && (samples[at + 1] !== samples[at] || samples[at + 2] !== samples[at])) {
      throw damaged(name, 'a mask holds one class index per pixel, but this PNG is a colour picture');
    }
  }
  return { data: classIndices(values, name), shape: [1, height, width], geometry: PIXEL_GEOMETRY };
}

/**
 * Writes a segmentation of depth 1 as an 8-bit grey PNG whose values are the class indices (it looks black in viewers).
 *
 * @throws PatchclError `unsupported` for a volume of several slices.
 */
export function writeLabelPng(labels: LabelVolume): Uint8Array {
  const [depth, height, width] = labels.shape;
  if (depth !== 1) {
    throw new PatchclError('unsupported', `a PNG holds one slice, not ${depth}`, {
      hint: 'Write a NIfTI file instead.',
    });
  }
  return encode({ width, height, channels: 1, depth: 8, data: labels.data });
}

/**
 * Writes numbers from 0 to 1, such as probabilities, as a 16-bit grey PNG: 1 is 65535.
 *
 * @param values C-ordered [height, width].
 * @throws PatchclError `shape` when the length is not height * width.
 */
export function writeUnitPng(values: Float32Array, height: number, width: number): Uint8Array {
  if (values.length !== height * width) {
    throw new PatchclError('shape', `a picture of ${height} x ${width} pixels does not have ${values.length} values`);
  }
  const data = Uint16Array.from(values, (value) => Math.round(65535 * Math.min(1, Math.max(0, value))));
  return encode({ width, height, channels: 1, depth: 16, data });
}

/**
 * Writes an 8-bit RGB picture.
 *
 * @param rgb C-ordered [height, width, 3].
 * @throws PatchclError `shape` when the length is not height * width * 3.
 */
export function writeRgbPng(rgb: Uint8Array, height: number, width: number): Uint8Array {
  if (rgb.length !== height * width * 3) {
    throw new PatchclError('shape', `an RGB picture of ${height} x ${width} pixels does not have ${rgb.length} values`);
  }
  return encode({ width, height, channels: 3, depth: 8, data: rgb });
}

function paletteColours(
  { samples }: PngPixels,
  palette: Uint8Array,
  name: string,
): Pick<PngPixels, 'channels' | 'samples'> {
  const colours = new Uint8Array(samples.length * 3);
  for (let i = 0; i < samples.length; i++) {
    const entry = 3 * (samples[i] as number);
    if (entry + 3 > palette.length)
      throw damaged(name, `a pixel refers to colour ${samples[i]}, which the palette lacks`);
    for (let c = 0; c < 3; c++) colours[3 * i + c] = palette[entry + c] as number;
  }
  return { channels: 3, samples: colours };
}
