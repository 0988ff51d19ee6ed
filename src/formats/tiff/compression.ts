import { decompressSync } from 'fflate';
import { MAX_DEFLATE_RATIO } from '../gzip.ts';

/** How the pieces of a TIFF are compressed. */
export interface TiffCompression {
  /** No piece of compressed data expands by more than this. */
  readonly maxRatio: number;
  /** The first `length` bytes of a piece, or all if it holds less. May throw anything on damaged data. */
  readonly expand: (piece: Uint8Array, length: number) => Uint8Array;
}

const deflate: TiffCompression = {
  maxRatio: MAX_DEFLATE_RATIO,
  // With `out`, nothing beyond what the picture takes is ever allocated.
  expand: (piece, length) => decompressSync(piece, { out: new Uint8Array(length) }),
};

/** JPEG in its newer form; pieces are decoded elsewhere. */
export const JPEG = 7;

/** By the number that TIFF gives them. */
export const COMPRESSIONS: ReadonlyMap<number, TiffCompression> = new Map([
  [1, { maxRatio: 1, expand: (piece: Uint8Array, length: number) => piece.slice(0, length) }],
  // A code of 9 to 12 bits stands for 3838 bytes at most.
  [5, { maxRatio: 3412, expand: expandLzw }],
  // An 8 x 8 block of the finest component takes a bit at least.
  [JPEG, { maxRatio: 1536, expand: (piece: Uint8Array) => piece }],
  [8, deflate],
  [32946, deflate],
  [32773, { maxRatio: 64, expand: expandPackBits }],
]);

const [CLEAR, END, FIRST_FREE] = [256, 257, 258];
const MAX_CODES = 4096;

/** Section 13 of the standard: codes from the highest bit down, one bit longer as soon as the next code needs it. */
function expandLzw(piece: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  // The string of a code stands in the output already: where, and how long it is.
  const starts = new Int32Array(MAX_CODES);
  const lengths = new Int32Array(MAX_CODES);
  let [next, width, filled, previous] = [FIRST_FREE, 9, 0, -1];
  let [bits, held] = [0, 0];
  for (let at = 0; filled < length; ) {
    while (held < width && at < piece.length) {
      bits = ((bits << 8) | (piece[at++] as number)) & 0xffffff;
      held += 8;
    }
    if (held < width) break;
    held -= width;
    const code = (bits >> held) & ((1 << width) - 1);
    if (code === END) break;
    if (code === CLEAR) {
      [next, width, previous] = [FIRST_FREE, 9, -1];
      continue;
    }
    if (code > next || (code >= FIRST_FREE && previous < 0)) throw new Error(`LZW code ${code} is not defined yet`);
    const start = filled;
    if (previous >= 0 && next < MAX_CODES) {
      // The new string is the previous one and the byte that now follows it in the output.
      starts[next] = previous;
      lengths[next] = start - previous + 1;
      next++;
    }
    if (code < 256) out[filled++] = code;
    else {
      const from = starts[code] as number;
      const stop = Math.min(length, filled + (lengths[code] as number));
      for (let i = from; filled < stop; i++) out[filled++] = out[i] as number;
    }
    previous = start;
    if (next >= (1 << width) - 1 && width < 12) width++;
  }
  return out.subarray(0, filled);
}

/** Section 9 of the standard: runs of equal bytes, and runs of different ones. */
function expandPackBits(piece: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let filled = 0;
  for (let at = 0; at < piece.length && filled < length; ) {
    const count = piece[at++] as number;
    if (count < 128) {
      const run = piece.subarray(at, at + Math.min(count + 1, length - filled));
      out.set(run, filled);
      filled += run.length;
      at += count + 1;
    } else if (count > 128) {
      const end = Math.min(length, filled + 257 - count);
      out.fill(piece[at++] ?? 0, filled, end);
      filled = end;
    }
  }
  return out.subarray(0, filled);
}
