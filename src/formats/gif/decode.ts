import { concatBytes } from '../../core/bytes.ts';
import { damaged, foreign } from '../damaged.ts';

/** The first picture of a GIF file. */
export interface GifPixels {
  readonly height: number;
  readonly width: number;
  /** Palette indices, [height, width]. */
  readonly indices: Uint8Array;
  /** RGB triples. */
  readonly palette: Uint8Array;
  /** Pictures in the file. */
  readonly count: number;
}

interface Picture {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly isInterlaced: boolean;
  readonly palette: Uint8Array | undefined;
  readonly codeSize: number;
  readonly data: Uint8Array;
}

const [EXTENSION, IMAGE, TRAILER] = [0x21, 0x2c, 0x3b];
/** A code of 12 bits stands for 4096 pixels at most. */
const MAX_RATIO = 2731;
const MAX_CODES = 4096;

export function isGif(bytes: Uint8Array): boolean {
  return /^GIF8[79]a$/.test(String.fromCharCode(...bytes.subarray(0, 6)));
}

/**
 * Decodes the first picture of a GIF; others, and how long each is shown, are only counted.
 *
 * @throws PatchclError `bad-file` when the file is damaged or cut off.
 * @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 */
export function decodeGif(bytes: Uint8Array, name: string): GifPixels {
  if (!isGif(bytes)) throw foreign(name, 'GIF');
  const reader = new GifReader(bytes, name);
  const { width, height, palette: shared, background } = reader.screen();
  const { first, count } = reader.pictures();
  const palette = first.palette ?? shared;
  if (palette === undefined) throw damaged(name, 'the GIF has no colour table');
  const fits = first.left + first.width <= width && first.top + first.height <= height;
  if (width < 1 || height < 1 || first.width < 1 || first.height < 1 || !fits) {
    throw damaged(name, `the GIF claims a picture of ${first.width} x ${first.height} pixels on ${width} x ${height}`);
  }
  if (first.width * first.height > first.data.length * MAX_RATIO || width * height > MAX_RATIO * bytes.length) {
    throw damaged(name, `the GIF ends early: it claims ${width} x ${height} pixels, more than it can hold`);
  }
  const pixels = expandLzw(first, name);
  if (first.width === width && first.height === height && !first.isInterlaced) {
    return { height, width, indices: pixels, palette, count };
  }
  const indices = new Uint8Array(width * height).fill(background);
  for (const [line, y] of lineOrder(first).entries()) {
    indices.set(pixels.subarray(line * first.width, (line + 1) * first.width), (first.top + y) * width + first.left);
  }
  return { height, width, indices, palette, count };
}

class GifReader {
  readonly #bytes: Uint8Array;
  readonly #name: string;
  #at = 6;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#name = name;
  }

  screen() {
    const [width, height, flags, background] = [this.#word(), this.#word(), this.#byte(), this.#byte()];
    this.#byte(); // the shape of a pixel
    return { width, height, background, palette: this.#palette(flags) };
  }

  /** The first picture, and how many there are. */
  pictures(): { first: Picture; count: number } {
    let first: Picture | undefined;
    let count = 0;
    for (;;) {
      const block = this.#byte();
      if (block === TRAILER) break;
      if (block === EXTENSION) {
        this.#byte();
        this.#subBlocks();
      } else if (block === IMAGE) {
        const picture = this.#picture();
        first ??= picture;
        count++;
      } else throw damaged(this.#name, 'the GIF is damaged: an unknown block begins');
    }
    if (first === undefined) throw damaged(this.#name, 'the GIF holds no picture');
    return { first, count };
  }

  #picture(): Picture {
    const [left, top, width, height, flags] = [this.#word(), this.#word(), this.#word(), this.#word(), this.#byte()];
    const palette = this.#palette(flags);
    const codeSize = this.#byte();
    return { left, top, width, height, isInterlaced: (flags & 0x40) !== 0, palette, codeSize, data: this.#subBlocks() };
  }

  #palette(flags: number): Uint8Array | undefined {
    if ((flags & 0x80) === 0) return undefined;
    return this.#take(3 * 2 ** ((flags & 7) + 1));
  }

  #subBlocks(): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let length = this.#byte(); length > 0; length = this.#byte()) parts.push(this.#take(length));
    return concatBytes(parts);
  }

  #take(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw damaged(this.#name, 'the GIF is cut off');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #byte(): number {
    return this.#take(1)[0] as number;
  }

  #word(): number {
    return this.#byte() + 256 * this.#byte();
  }
}

/** Codes of growing length, from the lowest bit up. */
class CodeReader {
  readonly #data: Uint8Array;
  #at = 0;
  #bits = 0;
  #held = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  /** undefined at the end */
  next(size: number): number | undefined {
    while (this.#held < size && this.#at < this.#data.length) {
      this.#bits |= (this.#data[this.#at++] as number) << this.#held;
      this.#held += 8;
    }
    if (this.#held < size) return undefined;
    const code = this.#bits & ((1 << size) - 1);
    this.#bits >>>= size;
    this.#held -= size;
    return code;
  }
}

/** Appendix F of the standard: codes are one bit longer as soon as the table is full. */
function expandLzw({ data, codeSize, width, height }: Picture, name: string): Uint8Array {
  const out = new Uint8Array(width * height);
  if (codeSize < 2 || codeSize > 8) throw damaged(name, `the GIF claims codes of ${codeSize} bits`);
  const codes = new CodeReader(data);
  const [clear, end] = [1 << codeSize, (1 << codeSize) + 1];
  // The string of a code stands in the output already: where, and how long it is.
  const starts = new Int32Array(MAX_CODES);
  const lengths = new Int32Array(MAX_CODES);
  let [next, size, filled, previous] = [end + 1, codeSize + 1, 0, -1];
  while (filled < out.length) {
    const code = codes.next(size);
    if (code === undefined || code === end) break;
    if (code === clear) {
      [next, size, previous] = [end + 1, codeSize + 1, -1];
      continue;
    }
    if (code > next || (code > end && previous < 0)) throw damaged(name, 'the pixels of the GIF are damaged');
    const start = filled;
    if (previous >= 0 && next < MAX_CODES) {
      starts[next] = previous;
      lengths[next] = start - previous + 1;
      next++;
    }
    if (code < clear) out[filled++] = code;
    const stop = code < clear ? filled : Math.min(out.length, filled + (lengths[code] as number));
    for (let i = starts[code] as number; filled < stop; i++) out[filled++] = out[i] as number;
    previous = start;
    if (next >= 1 << size && size < 12) size++;
  }
  if (filled < out.length) throw damaged(name, `the GIF ends early: it holds ${filled} of ${out.length} pixels`);
  return out;
}

/** Lines as they are stored: interlaced ones come in four passes. */
function lineOrder({ height, isInterlaced }: Picture): number[] {
  const passes = isInterlaced
    ? [
        [0, 8],
        [4, 8],
        [2, 4],
        [1, 2],
      ]
    : [[0, 1]];
  return passes.flatMap(([from = 0, step = 1]) =>
    Array.from({ length: Math.max(0, Math.ceil((height - from) / step)) }, (_, i) => from + i * step),
  );
}
