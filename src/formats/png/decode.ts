import { unzlibSync } from 'fflate';
import { damaged, unsupported } from '../damaged.ts';
import { MAX_DEFLATE_RATIO } from '../gzip.ts';
import { type PngHeader, readChunks } from './chunks.ts';
import { passesOf, unpack } from './scanlines.ts';

export interface PngPixels {
  readonly height: number;
  readonly width: number;
  /** Samples per pixel: 1 grey or palette index, 2 grey and alpha, 3 RGB, 4 RGBA. */
  readonly channels: number;
  /** C-ordered [height, width, channels], as stored: 0 to 2^depth - 1. */
  readonly samples: Uint8Array | Uint16Array;
  /** RGB triples, for files that store palette indices. */
  readonly palette: Uint8Array | undefined;
}

/** No picture needs more; beyond this a typed array may not fit into memory. */
const MAX_BYTES = 2 ** 31;

/**
 * Decodes every kind of PNG in the standard (1 to 16 bits, palette, interlaced). Only the pixels are looked at: gamma, colour
 * profiles and transparent colours are ignored, since intensities and class indices are wanted as stored.
 *
 * @throws PatchclError `bad-file` when the file is not a PNG, damaged or cut off.
 * @see https://www.w3.org/TR/png-3/
 */
export function decodePng(bytes: Uint8Array, name: string): PngPixels {
  const { header, palette, compressed } = readChunks(bytes, name);
  const passes = passesOf(header);
  const length = passes.reduce((sum, pass) => sum + pass.height * (1 + pass.lineBytes), 0);
  if (length > compressed.length * MAX_DEFLATE_RATIO) {
    throw damaged(
      name,
      `the file ends early: its header claims ${header.width} x ${header.height} pixels, more than it can hold`,
    );
  }
  if (length > MAX_BYTES) {
    throw unsupported(
      name,
      `a picture of ${header.width} x ${header.height} pixels is too large`,
      'Cut it into tiles.',
    );
  }
  const raw = inflate(compressed, length, name);
  return { ...sizeOf(header), samples: unpack(raw, passes, header, name), palette };
}

function sizeOf({ height, width, channels }: PngHeader): Pick<PngPixels, 'height' | 'width' | 'channels'> {
  return { height, width, channels };
}

function inflate(compressed: Uint8Array, length: number, name: string): Uint8Array {
  let raw: Uint8Array;
  try {
    // With `out`, nothing beyond the size that the header claims is ever allocated.
    raw = unzlibSync(compressed, { out: new Uint8Array(length) });
  } catch (cause) {
    throw damaged(name, 'the pixels of the PNG are damaged or cut off', cause);
  }
  if (raw.length < length)
    throw damaged(name, `the PNG ends early: it holds ${raw.length} of ${length} bytes of pixels`);
  return raw;
}
