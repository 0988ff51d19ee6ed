import { type LabelVolume, PIXEL_GEOMETRY, type Volume } from '../../imaging/volume.ts';
import { damaged, unsupported } from '../damaged.ts';
import { classIndices } from '../labels.ts';
import { readPages, type TiffPage } from './pages.ts';
import { checkClaims, decodePage } from './pixels.ts';

const [WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE] = [0, 1, 2, 3];
/** Colours of each way of storing pixels; extra samples come on top. */
const COLOURS: Readonly<Record<number, number>> = {
  [WHITE_IS_ZERO]: 1,
  [BLACK_IS_ZERO]: 1,
  [RGB]: 3,
  [PALETTE]: 1,
};

/** All pages of a file, decoded. */
interface TiffStack {
  readonly pages: readonly TiffPage[];
  readonly planes: readonly Float32Array[];
  /** Samples of each pixel that are not alpha. */
  readonly channels: readonly number[];
}

/**
 * Reads a TIFF: grey as one channel, RGB and palette colours as three, further unspecified samples as further channels; alpha
 * is dropped. Several pages of one size are the slices of a volume. Strips or tiles, 1 to 16 bits, 32-bit integers, floats;
 * uncompressed, LZW, deflate or PackBits. Values are as stored. The resolution in a TIFF is meant for print, so the unit is
 * pixels; the orientation tag is ignored, as it is for other pictures.
 *
 * @returns [channels, pages, height, width].
 * @throws PatchclError `bad-file` when the file is not a TIFF, damaged or cut off; `unsupported` for BigTIFF, other colour
 *   spaces (CMYK, YCbCr, Lab), JPEG inside TIFF, pages of different size, and ImageJ stacks of several channels or times.
 */
export function readTiff(bytes: Uint8Array, name: string): Volume {
  const { pages, planes, channels } = readStack(bytes, name);
  const { width, height, photometric, palette } = pages[0] as TiffPage;
  const size = width * height;
  const isPalette = photometric === PALETTE;
  const colours = isPalette ? 3 : channels.length;
  const data = new Float32Array(colours * pages.length * size);
  for (const [z, plane] of planes.entries()) {
    for (let c = 0; c < colours; c++) {
      const at = (c * pages.length + z) * size;
      if (isPalette) paintPlane(data.subarray(at, at + size), plane, palette ?? [], c, name);
      else data.set(plane.subarray((channels[c] as number) * size, ((channels[c] as number) + 1) * size), at);
    }
  }
  return { data, shape: [colours, pages.length, height, width], geometry: PIXEL_GEOMETRY };
}

/**
 * Reads a mask: palette index or grey value per pixel, several pages as slices. A colour picture is taken as grey when red,
 * green and blue are equal everywhere.
 *
 * @returns [pages, height, width].
 * @throws PatchclError as `readTiff`, and `bad-file` when the file has colours, or values that are not integers 0 to 255.
 */
export function readTiffLabels(bytes: Uint8Array, name: string): LabelVolume {
  const { pages, planes, channels } = readStack(bytes, name);
  const { width, height } = pages[0] as TiffPage;
  const size = width * height;
  const values = new Float32Array(pages.length * size);
  for (const [z, plane] of planes.entries()) {
    const grey = plane.subarray(0, size);
    for (const c of channels) {
      const other = plane.subarray(c * size, (c + 1) * size);
      if (grey.some((value, i) => value !== other[i])) {
        throw damaged(name, 'a mask holds one class index per pixel, but this TIFF is a colour picture');
      }
    }
    values.set(grey, z * size);
  }
  return { data: classIndices(values, name), shape: [pages.length, height, width], geometry: PIXEL_GEOMETRY };
}

function readStack(bytes: Uint8Array, name: string): TiffStack {
  const { pages, littleEndian } = readPages(bytes, name);
  checkClaims(pages, bytes.length, name);
  const [first] = pages as [TiffPage];
  const colours = COLOURS[first.photometric];
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
  const channels = Array.from({ length: first.samples }, (_, c) => c).filter((c) => !isAlpha(first, c, colours));
  const planes = pages.map((page) => {
    const plane = decodePage(bytes, page, littleEndian, name);
    return page.photometric === WHITE_IS_ZERO ? inverted(plane, page) : plane;
  });
  return { pages, planes, channels: first.photometric === PALETTE ? [0] : channels };
}

/** Samples beyond the colours are alpha when they say so; of RGB also when they say nothing, as older writers leave it. */
function isAlpha({ photometric, extra }: TiffPage, sample: number, colours: number): boolean {
  if (sample < colours) return false;
  const meaning = extra[sample - colours];
  return meaning === undefined ? photometric === RGB : meaning > 0;
}

/** Grey values of a page in which 0 is white, so that they mean the same as in all others. */
function inverted(plane: Float32Array, { bits, format }: TiffPage): Float32Array {
  return format === 1 ? plane.map((value) => 2 ** bits - 1 - value) : plane;
}

/** Colour `c` of every index; palettes hold 16 bits, of which 8 are meant. */
function paintPlane(into: Float32Array, indices: Float32Array, palette: readonly number[], c: number, name: string) {
  const entries = palette.length / 3;
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number;
    if (index >= entries) throw damaged(name, `a pixel refers to colour ${index}, which the palette lacks`);
    into[i] = (palette[c * entries + index] as number) >> 8;
  }
}
