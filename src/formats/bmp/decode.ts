import { damaged, foreign, unsupported } from '../damaged.ts';

/** What a BMP file holds. */
export interface BmpPixels {
  readonly height: number;
  readonly width: number;
  /** Palette indices, or colours as [height, width, 3], lines from the top. */
  readonly samples: Uint8Array;
  /** RGB triples, for files that store palette indices. */
  readonly palette: Uint8Array | undefined;
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly isFromTop: boolean;
  readonly bits: number;
  readonly compression: number;
  /** Which bits of a pixel are red, green and blue. */
  readonly masks: readonly [number, number, number];
  readonly palette: Uint8Array | undefined;
  readonly start: number;
}

const [NONE, RLE8, RLE4, BIT_FIELDS, ALPHA_BIT_FIELDS] = [0, 1, 2, 3, 6];
const [END_OF_LINE, END_OF_BITMAP, JUMP] = [0, 1, 2];
/** A run of 255 pixels takes two bytes. */
const MAX_RLE_RATIO = 128;
const MAX_PIXELS = 2 ** 28;

export function isBmp(bytes: Uint8Array): boolean {
  return bytes[0] === 0x42 && bytes[1] === 0x4d && [12, 40, 52, 56, 64, 108, 124].includes(bytes[14] ?? 0);
}

/**
 * Decodes a BMP of Windows or OS/2: 1 to 8 bits with a palette, plain or run-length coded, and 16, 24 or 32 bits of colour.
 *
 * @throws PatchclError `bad-file` when the file is damaged or cut off, `unsupported` for JPEG or PNG in BMP.
 * @see https://learn.microsoft.com/windows/win32/gdi/bitmap-storage
 */
export function decodeBmp(bytes: Uint8Array, name: string): BmpPixels {
  if (!isBmp(bytes)) throw foreign(name, 'BMP');
  let header: Header;
  try {
    header = readHeader(bytes, name);
  } catch (cause) {
    if (cause instanceof RangeError) throw damaged(name, 'the BMP is cut off within its header', cause);
    throw cause;
  }
  const { width, height, bits, compression, palette, start } = header;
  const isRunLength = compression === RLE8 || compression === RLE4;
  const lineBytes = Math.ceil((width * bits) / 32) * 4;
  const stored = bytes.subarray(start);
  const most = isRunLength ? stored.length * MAX_RLE_RATIO : stored.length;
  if (width * height > MAX_PIXELS || (isRunLength ? width * height : lineBytes * height) > most) {
    throw damaged(name, `the BMP ends early: it claims ${width} x ${height} pixels, more than the file holds`);
  }
  const samples = isRunLength ? runLengthCoded(stored, header, name) : plainLines(stored, header, lineBytes);
  return { height, width, samples, palette };
}

/** @throws RangeError beyond the end of the bytes */
function readHeader(bytes: Uint8Array, name: string): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(14, true);
  const isCore = size === 12;
  const [width, signedHeight] = isCore
    ? [view.getUint16(18, true), view.getUint16(20, true)]
    : [view.getInt32(18, true), view.getInt32(22, true)];
  const bits = view.getUint16(isCore ? 24 : 28, true);
  const compression = isCore ? NONE : view.getUint32(30, true);
  const height = Math.abs(signedHeight);
  if (width < 1 || height < 1) throw damaged(name, `the BMP header claims ${width} x ${signedHeight} pixels`);
  const isKnown =
    ([1, 2, 4, 8, 16, 24, 32].includes(bits) && compression === NONE) ||
    (bits === 8 && compression === RLE8) ||
    (bits === 4 && compression === RLE4) ||
    ((bits === 16 || bits === 32) && (compression === BIT_FIELDS || compression === ALPHA_BIT_FIELDS));
  if (!isKnown) {
    throw unsupported(name, `a BMP of ${bits} bits with compression ${compression} is not read`, 'Save it as PNG.');
  }
  const hasMasks = compression === BIT_FIELDS || compression === ALPHA_BIT_FIELDS;
  const masks = hasMasks
    ? ([54, 58, 62].map((at) => view.getUint32(at, true)) as [number, number, number])
    : bits === 16
      ? ([0x7c00, 0x3e0, 0x1f] as const)
      : ([0xff0000, 0xff00, 0xff] as const);
  const masksBytes = hasMasks && size === 40 ? (compression === ALPHA_BIT_FIELDS ? 16 : 12) : 0;
  const palette =
    bits > 8 ? undefined : readPalette(bytes, 14 + size + masksBytes, isCore ? 3 : 4, entriesOf(view, bits, isCore));
  return {
    width,
    height,
    isFromTop: signedHeight < 0,
    bits,
    compression,
    masks,
    palette,
    start: view.getUint32(10, true),
  };
}

function entriesOf(view: DataView, bits: number, isCore: boolean): number {
  const stated = isCore ? 0 : view.getUint32(46, true);
  return stated === 0 ? 1 << bits : Math.min(stated, 1 << bits);
}

/** @param step bytes of an entry: blue, green, red and perhaps nothing */
function readPalette(bytes: Uint8Array, at: number, step: number, entries: number): Uint8Array {
  if (at + step * entries > bytes.length) throw new RangeError('the palette reaches beyond the end');
  const palette = new Uint8Array(3 * entries);
  for (let i = 0; i < entries; i++) {
    for (let c = 0; c < 3; c++) palette[3 * i + c] = bytes[at + step * i + 2 - c] as number;
  }
  return palette;
}

function plainLines(stored: Uint8Array, header: Header, lineBytes: number): Uint8Array {
  const { width, height, isFromTop, bits, masks } = header;
  const samples = new Uint8Array(width * height * (bits > 8 ? 3 : 1));
  const fields = masks.map(fieldOf);
  const bytes = bits >> 3;
  for (let y = 0; y < height; y++) {
    const from = lineBytes * (isFromTop ? y : height - 1 - y);
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      if (bits <= 8) {
        const bit = x * bits;
        samples[pixel] = ((stored[from + (bit >> 3)] as number) >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
        continue;
      }
      let value = 0;
      for (let k = 0; k < bytes; k++) value += (stored[from + x * bytes + k] as number) * 256 ** k;
      for (const [c, { shift, most }] of fields.entries()) {
        const part = Math.floor(value / 2 ** shift) % (most + 1);
        samples[3 * pixel + c] = most === 255 ? part : Math.round((part * 255) / Math.max(1, most));
      }
    }
  }
  return samples;
}

/** Where a field of bits begins, and the largest value it holds. */
function fieldOf(mask: number): { shift: number; most: number } {
  if (mask === 0) return { shift: 0, most: 0 };
  let shift = 0;
  while (Math.floor(mask / 2 ** shift) % 2 === 0) shift++;
  let most = 1;
  while (Math.floor(mask / 2 ** shift) % (2 * (most + 1)) === 2 * most + 1) most = 2 * most + 1;
  return { shift, most };
}

/** Runs of one index (two in turn with 4 bits), stretches of different ones, and jumps over pixels that stay 0. */
function runLengthCoded(stored: Uint8Array, header: Header, name: string): Uint8Array {
  const { width, height, isFromTop, compression } = header;
  const indices = new Uint8Array(width * height);
  const isNibbles = compression === RLE4;
  const half = (byte: number, k: number) => (k % 2 === 0 ? byte >> 4 : byte & 15);
  let [x, y, at] = [0, 0, 0];
  const put = (index: number) => {
    if (x < width && y < height) indices[(isFromTop ? y : height - 1 - y) * width + x] = index;
    x++;
  };
  const putStretch = (count: number) => {
    for (let k = 0; k < count; k++) put(isNibbles ? half(stored[at + (k >> 1)] ?? 0, k) : (stored[at + k] ?? 0));
    // Stretches fill whole words.
    at += Math.ceil((isNibbles ? Math.ceil(count / 2) : count) / 2) * 2;
  };
  while (at + 1 < stored.length && y <= height) {
    const [count, value] = [stored[at] as number, stored[at + 1] as number];
    at += 2;
    if (count > 0) for (let k = 0; k < count; k++) put(isNibbles ? half(value, k) : value);
    else if (value === END_OF_BITMAP) return indices;
    else if (value === END_OF_LINE) [x, y] = [0, y + 1];
    else if (value === JUMP) {
      x += stored[at] ?? 0;
      y += stored[at + 1] ?? 0;
      at += 2;
    } else putStretch(value);
  }
  throw damaged(name, 'the BMP ends early: its run-length coded pixels lack their end');
}
