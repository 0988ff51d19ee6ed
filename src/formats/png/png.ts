import { encode } from 'fast-png';
import { PatchclError } from '../../core/errors.ts';
import { type LabelVolume, PIXEL_GEOMETRY, type Volume } from '../../imaging/volume.ts';
import type { LabelOptions } from '../codec.ts';
import { unfit } from '../damaged.ts';
import { labelsOf } from '../labels.ts';
import { coloursOfPalette, labelsOfPalette } from '../palette.ts';
import { decodePng } from './decode.ts';

/**
 * Reads a picture: grey as one channel, RGB and palette colours as three; alpha is dropped. Values are as stored, 0 to
 * 2^bits - 1. A PNG does not say how large a pixel is in the body (its resolution is meant for print), so the unit is pixels.
 *
 * @returns [channels, 1, height, width].
 * @throws PatchclError `bad-file` when the file is not a PNG, damaged or cut off.
 */
export function readPng(bytes: Uint8Array, name: string): Volume {
  const { height, width, channels: stored, samples, palette } = decodePng(bytes, name);
  if (palette !== undefined) {
    const data = coloursOfPalette(samples, palette, name);
    return { data, shape: [3, 1, height, width], geometry: PIXEL_GEOMETRY };
  }
  const channels = stored < 3 ? 1 : 3;
  const size = height * width;
  const data = new Float32Array(channels * size);
  if (stored === 1) data.set(samples);
  else
    for (let i = 0; i < size; i++) {
      for (let c = 0; c < channels; c++) data[c * size + i] = samples[i * stored + c] as number;
    }
  return { data, shape: [channels, 1, height, width], geometry: PIXEL_GEOMETRY };
}

/**
 * Reads a mask: grey value per pixel, untouched (see `normaliseBinaryLabels` for black-and-white masks), or of a palette what
 * `labelsOfPalette` says. A colour picture is taken as grey when red, green and blue are equal everywhere.
 *
 * @returns [1, height, width].
 * @throws PatchclError `bad-file` when the file is damaged, has colours that stand for nothing, values above 255, or values under
 *   transparency.
 */
export function readPngLabels(bytes: Uint8Array, name: string, options: LabelOptions = {}): LabelVolume {
  const { height, width, channels, samples, palette } = decodePng(bytes, name);
  if (channels === 2 || channels === 4) refuseHidden(samples, channels, name);
  if (palette === undefined) return labelsOf(readPng(bytes, name), name, options);
  return labelsOfPalette(samples, palette, [1, height, width], name, options);
}

/** What is transparent is not seen, but its values would count: of a mask that is drawn by its transparency they say nothing. */
function refuseHidden(samples: Uint8Array | Uint16Array, channels: 2 | 4, name: string): void {
  for (let i = 0; i < samples.length; i += channels) {
    if (samples[i + channels - 1] !== 0) continue;
    for (let c = 0; c < channels - 1; c++) {
      if (samples[i + c] === 0) continue;
      const problem = 'its transparent pixels have values, so it is not clear what they stand for';
      throw unfit(name, problem, 'Save class indices as grey values, without transparency.');
    }
  }
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
  const data = new Uint16Array(values.length);
  for (let i = 0; i < data.length; i++) data[i] = Math.round(65535 * Math.min(1, Math.max(0, values[i] as number)));
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
