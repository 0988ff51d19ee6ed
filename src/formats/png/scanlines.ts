import { damaged } from '../damaged.ts';
import type { PngHeader } from './chunks.ts';

/** A sub-picture of evenly spaced pixels; a plain PNG is one such pass, an interlaced one has up to seven. */
export interface Pass {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
  readonly width: number;
  readonly height: number;
  /** Bytes of a line without the filter's byte. */
  readonly lineBytes: number;
}

/** Adam7: first column, first row, column step, row step. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The passes of a picture in file order, without empty ones. */
export function passesOf({ width, height, depth, channels, interlaced }: PngHeader): Pass[] {
  return (interlaced ? ADAM7 : [[0, 0, 1, 1] as const])
    .map(([x, y, stepX, stepY]) => {
      const columns = Math.ceil((width - x) / stepX);
      const lineBytes = Math.ceil((columns * depth * channels) / 8);
      return { x, y, stepX, stepY, width: columns, height: Math.ceil((height - y) / stepY), lineBytes };
    })
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

/**
 * Undoes the line filters (in place) and spreads the samples of all passes over the picture.
 *
 * @param raw the lines of all passes, each with its filter's byte in front.
 * @returns C-ordered [height, width, channels].
 */
export function unpack(
  raw: Uint8Array,
  passes: readonly Pass[],
  header: PngHeader,
  name: string,
): Uint8Array | Uint16Array {
  const { width, height, depth, channels } = header;
  const length = width * height * channels;
  const samples = depth === 16 ? new Uint16Array(length) : new Uint8Array(length);
  const pixelBytes = Math.max(1, (depth * channels) >> 3);
  let at = 0;
  for (const pass of passes) {
    let previous = new Uint8Array(pass.lineBytes);
    for (let row = 0; row < pass.height; row++) {
      const line = raw.subarray(at + 1, at + 1 + pass.lineBytes);
      if (!unfilter(raw[at] as number, line, previous, pixelBytes)) {
        throw damaged(name, `a line of the PNG has the unknown filter ${raw[at]}`);
      }
      const start = ((pass.y + row * pass.stepY) * width + pass.x) * channels;
      spread(line, depth, samples, start, pass.width, channels, pass.stepX * channels);
      previous = line as Uint8Array<ArrayBuffer>;
      at += 1 + pass.lineBytes;
    }
  }
  return samples;
}

/** Section 9 of the standard: each byte was stored as the difference from a prediction by its neighbours. */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, step: number): boolean {
  switch (filter) {
    case 0:
      return true;
    case 1:
      for (let i = step; i < line.length; i++) line[i] = (line[i] as number) + (line[i - step] as number);
      return true;
    case 2:
      for (let i = 0; i < line.length; i++) line[i] = (line[i] as number) + (above[i] as number);
      return true;
    case 3:
      for (let i = 0; i < line.length; i++) {
        const left = i < step ? 0 : (line[i - step] as number);
        line[i] = (line[i] as number) + ((left + (above[i] as number)) >> 1);
      }
      return true;
    case 4:
      for (let i = 0; i < line.length; i++) {
        const left = i < step ? 0 : (line[i - step] as number);
        const corner = i < step ? 0 : (above[i - step] as number);
        line[i] = (line[i] as number) + paeth(left, above[i] as number, corner);
      }
      return true;
    default:
      return false;
  }
}

/** Whichever neighbour is closest to left + above - corner. */
function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

function spread(
  line: Uint8Array,
  depth: number,
  into: Uint8Array | Uint16Array,
  start: number,
  pixels: number,
  channels: number,
  step: number,
): void {
  if (depth === 8 && step === channels) {
    into.set(line, start);
    return;
  }
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let c = 0; c < channels; c++) into[start + pixel * step + c] = sampleAt(line, pixel * channels + c, depth);
  }
}

function sampleAt(line: Uint8Array, index: number, depth: number): number {
  if (depth === 8) return line[index] as number;
  if (depth === 16) return ((line[2 * index] as number) << 8) | (line[2 * index + 1] as number);
  const bit = index * depth;
  return ((line[bit >> 3] as number) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}
