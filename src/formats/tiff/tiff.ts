import { type LabelVolume, PIXEL_GEOMETRY, type Volume } from '../../imaging/volume.ts';
import type { LabelOptions } from '../codec.ts';
import { unsupported } from '../damaged.ts';
import { labelsOf, labelsOfClasses } from '../labels.ts';
import { coloursOfPalette, labelsOfPalette } from '../palette.ts';
import { JPEG } from './compression.ts';
import { omePlanes } from './ome.ts';
import { readPages, type TiffPage } from './pages.ts';
import { checkClaims, decodePage } from './pixels.ts';

const [WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, YCBCR] = [0, 1, 2, 3, 6];
/** Colours of each way of storing pixels; extra samples come on top. */
const COLOURS: Readonly<Record<number, number>> = {
  [WHITE_IS_ZERO]: 1,
  [BLACK_IS_ZERO]: 1,
  [RGB]: 3,
  [PALETTE]: 1,
  [YCBCR]: 3,
};

/** All pages of a file, decoded. */
interface TiffStack {
  readonly first: TiffPage;
  readonly slices: number;
  /** Channel by channel, slice by slice: each [height, width]. */
  readonly planes: readonly (readonly Float32Array[])[];
}

/**
 * Reads a TIFF or BigTIFF: grey as one channel, RGB and palette colours as three, further unspecified samples as further
 * channels; alpha is dropped. Several pages of one size are the slices of a volume; those of an OME-TIFF are what its description
 * says. Strips or tiles, 1 to 16 bits, 32-bit integers, floats; uncompressed, LZW, deflate, PackBits or JPEG. Values are as
 * stored. The resolution in a TIFF is meant for print, so the unit is pixels; the orientation tag is ignored, as it is for other
 * pictures.
 *
 * @returns [channels, pages, height, width].
 * @throws PatchclError `bad-file` when the file is not a TIFF, damaged or cut off; `unsupported` for other colour spaces (CMYK,
 *   YCbCr without JPEG, Lab), pages of different size, and stacks of several times.
 */
export async function readTiff(bytes: Uint8Array, name: string): Promise<Volume> {
  const { first, slices, planes } = await readStack(bytes, name);
  const { width, height, photometric } = first;
  const size = width * height;
  const isPalette = photometric === PALETTE;
  const channels = isPalette ? 3 : planes.length;
  const data = new Float32Array(channels * slices * size);
  if (isPalette) {
    const indices = whole(planes[0] ?? [], size);
    data.set(coloursOfPalette(indices, paletteBytes(first), name));
  } else {
    for (const [c, channel] of planes.entries()) data.set(whole(channel, size), c * slices * size);
  }
  return { data, shape: [channels, slices, height, width], geometry: PIXEL_GEOMETRY };
}

/**
 * Reads a mask: grey value per pixel, of a palette what `labelsOfPalette` says, several pages as slices. A colour picture is
 * taken as grey when red, green and blue are equal everywhere; channels beside each other may be one-hot classes.
 *
 * @returns [pages, height, width].
 * @throws PatchclError as `readTiff`, and `bad-file` when the file has colours that stand for nothing, or values that are not
 *   integers 0 to 255.
 */
export async function readTiffLabels(
  bytes: Uint8Array,
  name: string,
  options: LabelOptions = {},
): Promise<LabelVolume> {
  const { first, slices, planes } = await readStack(bytes, name);
  const { width, height, photometric } = first;
  const size = width * height;
  const shape = [slices, height, width] as const;
  if (photometric === PALETTE) {
    return labelsOfPalette(whole(planes[0] ?? [], size), paletteBytes(first), shape, name, options);
  }
  const data = new Float32Array(planes.length * slices * size);
  for (const [c, channel] of planes.entries()) data.set(whole(channel, size), c * slices * size);
  const volume: Volume = { data, shape: [planes.length, ...shape], geometry: PIXEL_GEOMETRY };
  const isColour = photometric === RGB || photometric === YCBCR;
  return planes.length > 1 && !isColour ? labelsOfClasses(volume, name) : labelsOf(volume, name, options);
}

async function readStack(bytes: Uint8Array, name: string): Promise<TiffStack> {
  const { pages, littleEndian } = readPages(bytes, name);
  checkClaims(pages, bytes.length, name);
  const [first] = pages as [TiffPage];
  const colours = first.photometric === YCBCR && first.compression !== JPEG ? undefined : COLOURS[first.photometric];
  if (colours === undefined || first.samples < colours) {
    const problem = `a TIFF of colour space ${first.photometric} with ${first.samples} samples is not read`;
    throw unsupported(name, problem, 'Save it as grey or RGB.');
  }
  if (first.isHyperstack) {
    throw unsupported(name, 'an ImageJ stack of several channels or times is not read', 'Split it into one file each.');
  }
  for (const key of ['width', 'height', 'samples', 'photometric', 'bits', 'format'] as const) {
    if (pages.every((page) => page[key] === first[key])) continue;
    throw unsupported(name, `the pages of the TIFF differ in their ${key}`, 'Save the pages as files of their own.');
  }
  const samples = Array.from({ length: first.samples }, (_, c) => c).filter((c) => !isAlpha(first, c, colours));
  const used = first.photometric === PALETTE ? [0] : samples;
  const order = omePlanes(first.description, pages.length, first.samples, name) ?? {
    slices: pages.length,
    channels: 1,
    pages: [...pages.keys()],
  };
  const size = first.width * first.height;
  const planes = Array.from({ length: order.channels * used.length }, () => new Array<Float32Array>(order.slices));
  for (const [place, index] of order.pages.entries()) {
    const page = pages[index] as TiffPage;
    const decoded = await decodePage(bytes, page, littleEndian, name);
    if (page.photometric === WHITE_IS_ZERO) invert(decoded, page);
    const [channel, slice] = [Math.floor(place / order.slices), place % order.slices];
    for (const [k, sample] of used.entries()) {
      (planes[channel * used.length + k] as Float32Array[])[slice] = decoded.subarray(
        sample * size,
        (sample + 1) * size,
      );
    }
  }
  return { first, slices: order.slices, planes };
}

/** Slices as one array. */
function whole(slices: readonly Float32Array[], size: number): Float32Array {
  if (slices.length === 1) return slices[0] as Float32Array;
  const data = new Float32Array(slices.length * size);
  for (const [z, slice] of slices.entries()) data.set(slice, z * size);
  return data;
}

/** Samples beyond the colours are alpha when they say so; of RGB also when they say nothing, as older writers leave it. */
function isAlpha({ photometric, extra }: TiffPage, sample: number, colours: number): boolean {
  if (sample < colours) return false;
  const meaning = extra[sample - colours];
  return meaning === undefined ? photometric === RGB : meaning > 0;
}

/** Grey values of a page in which 0 is white, so that they mean the same as in all others. */
function invert(plane: Float32Array, { bits, format }: TiffPage): void {
  if (format !== 1) return;
  const most = 2 ** bits - 1;
  for (let i = 0; i < plane.length; i++) plane[i] = most - (plane[i] as number);
}

/** Palettes hold 16 bits, of which 8 are meant, all red ones first. */
function paletteBytes({ palette = [] }: TiffPage): Uint8Array {
  const entries = Math.floor(palette.length / 3);
  const bytes = new Uint8Array(3 * entries);
  for (let i = 0; i < entries; i++) {
    for (let c = 0; c < 3; c++) bytes[3 * i + c] = (palette[c * entries + i] as number) >> 8;
  }
  return bytes;
}
