import { zlibSync } from 'fflate';

/** One page, made from its samples. */
export interface TiffSpec {
  readonly width: number;
  readonly height: number;
  /** Chunky [height, width, samples] unless `planar`: then [samples, height, width]. */
  readonly values: ArrayLike<number>;
  readonly samples?: number;
  readonly bits?: number;
  readonly format?: 1 | 2 | 3;
  readonly photometric?: number;
  readonly compression?: 'none' | 'lzw' | 'deflate' | 'packbits';
  readonly predictor?: 1 | 2 | 3;
  readonly planar?: boolean;
  readonly tile?: readonly [width: number, height: number];
  readonly rowsPerStrip?: number;
  readonly palette?: readonly number[];
  readonly extra?: readonly number[];
  readonly description?: string;
  readonly subfile?: number;
  /** Store the bits of each byte from the lowest up. */
  readonly lowestBitFirst?: boolean;
  /** Leave out how long the strips are. */
  readonly withoutCounts?: boolean;
  /** JPEG streams, one for each piece; `values` are not looked at then. */
  readonly jpeg?: readonly Uint8Array[];
  readonly jpegTables?: readonly number[];
}

const CODES = { none: 1, lzw: 5, deflate: 8, packbits: 32773 } as const;

/** A TIFF or BigTIFF file of pages, in either byte order. */
export function makeTiff(pages: readonly TiffSpec[], little = true, big = false): Uint8Array {
  const order = little ? [0x49, 0x49] : [0x4d, 0x4d];
  const file: number[] = big
    ? [...order, ...number(43, 2, little), ...number(8, 2, little), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    : [...order, ...number(42, 2, little), 0, 0, 0, 0];
  const [countBytes, offsetBytes] = big ? [8, 8] : [2, 4];
  let link = big ? 8 : 4;
  const patch = (at: number, value: number) => {
    number(value, offsetBytes, little).forEach((byte, i) => {
      file[at + i] = byte;
    });
  };
  for (const page of pages) {
    const offsets: number[] = [];
    const lengths: number[] = [];
    for (const piece of piecesOf(page, little)) {
      offsets.push(file.length);
      lengths.push(piece.length);
      for (const byte of piece) file.push(byte);
    }
    const placed = fieldsOf(page, offsets, lengths).map(([tag, type, values]) => {
      const size = { 1: 1, 2: 1, 3: 2, 4: 4 }[type] as number;
      const bytes = values.flatMap((value) => number(value, size, little));
      const at = file.length;
      const isFar = bytes.length > offsetBytes;
      if (isFar) for (const byte of bytes) file.push(byte);
      const padded = [...bytes, 0, 0, 0, 0, 0, 0, 0, 0].slice(0, offsetBytes);
      const content = isFar ? number(at, offsetBytes, little) : padded;
      const count = number(values.length, offsetBytes, little);
      return [...number(tag, 2, little), ...number(type, 2, little), ...count, ...content];
    });
    patch(link, file.length);
    file.push(...number(placed.length, countBytes, little), ...placed.flat());
    link = file.length;
    file.push(...number(0, offsetBytes, little));
  }
  return Uint8Array.from(file);
}

type Field = readonly [tag: number, type: 1 | 2 | 3 | 4, values: readonly number[]];

function fieldsOf(page: TiffSpec, offsets: readonly number[], lengths: readonly number[]): Field[] {
  const { width, height, samples = 1, bits = 8, format = 1, photometric = samples >= 3 ? 2 : 1 } = page;
  const { tile, rowsPerStrip = height } = page;
  const text = page.description === undefined ? [] : [...new TextEncoder().encode(`${page.description}\0`)];
  const fields: Field[] = [
    [254, 4, page.subfile === undefined ? [] : [page.subfile]],
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, Array<number>(samples).fill(bits)],
    [259, 3, [page.jpeg === undefined ? CODES[page.compression ?? 'none'] : 7]],
    [262, 3, [photometric]],
    [266, 3, page.lowestBitFirst === true ? [2] : []],
    [270, 2, text],
    [273, 4, tile === undefined ? offsets : []],
    [277, 3, [samples]],
    [278, 3, tile === undefined ? [rowsPerStrip] : []],
    [279, 4, tile === undefined && page.withoutCounts !== true ? lengths : []],
    [284, 3, [page.planar === true ? 2 : 1]],
    [317, 3, [page.predictor ?? 1]],
    [320, 3, page.palette ?? []],
    [322, 3, tile === undefined ? [] : [tile[0]]],
    [323, 3, tile === undefined ? [] : [tile[1]]],
    [324, 4, tile === undefined ? [] : offsets],
    [325, 4, tile === undefined ? [] : lengths],
    [338, 3, page.extra ?? []],
    [339, 3, Array<number>(samples).fill(format)],
    [347, 1, page.jpegTables ?? []],
  ];
  return fields.filter(([, , values]) => values.length > 0);
}

function* piecesOf(page: TiffSpec, little: boolean): Generator<Uint8Array> {
  const { width, height, samples = 1, planar = false, tile, rowsPerStrip = height, values } = page;
  const [w, h] = tile ?? [width, rowsPerStrip];
  const perPixel = planar ? 1 : samples;
  if (page.jpeg !== undefined) {
    yield* page.jpeg;
    return;
  }
  for (let plane = 0; plane < (planar ? samples : 1); plane++) {
    for (let top = 0; top < height; top += h) {
      for (let left = 0; left < width; left += w) {
        const rows = tile === undefined ? Math.min(h, height - top) : h;
        const lines = Array.from({ length: rows }, (_, y) =>
          Array.from({ length: w * perPixel }, (_, i) => {
            const [x, c] = [left + Math.floor(i / perPixel), i % perPixel];
            if (x >= width || top + y >= height) return 0;
            return values[((plane * height + top + y) * width + x) * perPixel + c] as number;
          }),
        );
        const piece = compress(
          Uint8Array.from(lines.flatMap((line) => encodeLine(line, perPixel, page, little))),
          page,
        );
        yield page.lowestBitFirst === true ? piece.map(turned) : piece;
      }
    }
  }
}

const turned = (byte: number) => Number.parseInt([...byte.toString(2).padStart(8, '0')].reverse().join(''), 2);

function encodeLine(line: readonly number[], perPixel: number, page: TiffSpec, little: boolean): number[] {
  const { bits = 8, format = 1, predictor = 1 } = page;
  if (bits < 8) {
    const text = line.map((value) => value.toString(2).padStart(bits, '0')).join('');
    return (text.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
  }
  if (predictor === 2) {
    const differences = line.map((value, i) => (i < perPixel ? value : value - (line[i - perPixel] as number)));
    return differences.flatMap((value) => number(value, bits / 8, little));
  }
  const bytes = line.map((value) =>
    format === 3 ? float(value, bits, predictor === 3 ? false : little) : number(value, bits / 8, little),
  );
  if (predictor === 1) return bytes.flat();
  const planes = Array.from({ length: bits / 8 }, (_, b) => bytes.map((value) => value[b] as number)).flat();
  return planes.map((byte, i) => (i < perPixel ? byte : byte - (planes[i - perPixel] as number)));
}

function number(value: number, size: number, little: boolean): number[] {
  const bytes = Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) & 255);
  return little ? bytes : bytes.reverse();
}

function float(value: number, bits: number, little: boolean): number[] {
  const view = new DataView(new ArrayBuffer(bits / 8));
  if (bits === 32) view.setFloat32(0, value, little);
  else view.setFloat64(0, value, little);
  return [...new Uint8Array(view.buffer)];
}

function compress(raw: Uint8Array, { compression = 'none' }: TiffSpec): Uint8Array {
  if (compression === 'deflate') return zlibSync(raw);
  if (compression === 'lzw') return lzw(raw);
  return compression === 'packbits' ? packBits(raw) : raw;
}

/** Section 13 of TIFF 6.0, straight from its text. */
function lzw(raw: Uint8Array): Uint8Array {
  let bits = '';
  let table = new Map<string, number>();
  let width = 9;
  const clear = () => {
    table = new Map(Array.from({ length: 256 }, (_, i) => [String.fromCharCode(i), i]));
    bits += (256).toString(2).padStart(width, '0');
    width = 9;
  };
  const write = (text: string) => {
    bits += (table.get(text) as number).toString(2).padStart(width, '0');
  };
  clear();
  let omega = '';
  for (const byte of raw) {
    const next = omega + String.fromCharCode(byte);
    if (table.has(next)) {
      omega = next;
      continue;
    }
    write(omega);
    table.set(next, table.size + 2);
    if (table.size + 2 === 4095) clear();
    else if (table.size + 2 > (1 << width) - 1) width++;
    omega = String.fromCharCode(byte);
  }
  if (omega !== '') write(omega);
  bits += (257).toString(2).padStart(width, '0');
  return Uint8Array.from((bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}

/** Section 9 of TIFF 6.0: runs of three or more equal bytes as such, the rest as it is. */
function packBits(raw: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < raw.length; ) {
    let run = 1;
    while (run < 128 && raw[at + run] === raw[at]) run++;
    if (run >= 3) {
      out.push(257 - run, raw[at] as number);
      at += run;
      continue;
    }
    const literal: number[] = [];
    while (at < raw.length && literal.length < 128 && !(raw[at] === raw[at + 1] && raw[at] === raw[at + 2]))
      literal.push(raw[at++] as number);
    out.push(literal.length - 1, ...literal);
  }
  return Uint8Array.from(out);
}
