/** A picture of palette indices, or of colours by pixel. */
interface BmpSpec {
  readonly width: number;
  readonly height: number;
  readonly bits: 1 | 4 | 8 | 24;
  /** [height, width], or [height, width, 3] of 24 bits */
  readonly values: ArrayLike<number>;
  /** RGB triples; grey values by default. */
  readonly palette?: readonly number[];
  readonly isFromTop?: boolean;
  /** Of 8 bits: as runs of one pixel, an even stretch at the front of each line. */
  readonly runLength?: boolean;
}

const uint16 = (value: number) => [value & 255, (value >> 8) & 255];
const uint32 = (value: number) => [...uint16(value & 0xffff), ...uint16(value >>> 16)];

/** A BMP file of Windows 3. */
export function makeBmp(spec: BmpSpec): Uint8Array {
  const { width, height, bits, values, isFromTop = false, runLength = false } = spec;
  const grey = Array.from({ length: 3 << bits }, (_, i) => Math.round((255 * Math.floor(i / 3)) / ((1 << bits) - 1)));
  const palette = bits === 24 ? [] : (spec.palette ?? grey);
  const table = Array.from({ length: palette.length / 3 }, (_, i) => {
    const [red, green, blue] = palette.slice(3 * i, 3 * i + 3) as [number, number, number];
    return [blue, green, red, 0];
  }).flat();
  const order = Array.from({ length: height }, (_, y) => (isFromTop ? y : height - 1 - y));
  const lines = order.flatMap((y) => (runLength ? runs(spec, y) : plain(spec, y)));
  const pixels = runLength ? [...lines, 0, 1] : lines;
  const start = 54 + table.length;
  return Uint8Array.from([
    ...[0x42, 0x4d, ...uint32(start + pixels.length), 0, 0, 0, 0, ...uint32(start)],
    ...[...uint32(40), ...uint32(width), ...uint32(isFromTop ? -height : height), ...uint16(1), ...uint16(bits)],
    ...[...uint32(runLength ? 1 : 0), ...uint32(pixels.length), ...uint32(0), ...uint32(0)],
    ...[...uint32(palette.length / 3), ...uint32(0), ...table, ...pixels],
  ]);

  function plain({ bits: depth }: BmpSpec, y: number): number[] {
    const row = Array.from({ length: width }, (_, x) => y * width + x);
    const bytes =
      depth === 24
        ? row.flatMap((pixel) => [2, 1, 0].map((c) => values[3 * pixel + c] as number))
        : depth === 8
          ? row.map((pixel) => values[pixel] as number)
          : packed(
              row.map((pixel) => values[pixel] as number),
              depth,
            );
    return [...bytes, ...Array<number>((4 - (bytes.length % 4)) % 4).fill(0)];
  }

  function runs({ values: indices }: BmpSpec, y: number): number[] {
    const row = Array.from({ length: width }, (_, x) => indices[y * width + x] as number);
    const stretch = row.slice(0, 4);
    const rest = row.slice(4).flatMap((value) => [1, value]);
    return width >= 4 ? [0, 4, ...stretch, ...rest, 0, 0] : [...row.flatMap((value) => [1, value]), 0, 0];
  }
}

function packed(values: readonly number[], bits: number): number[] {
  const text = values.map((value) => value.toString(2).padStart(bits, '0')).join('');
  return (text.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

interface GifSpec {
  readonly width: number;
  readonly height: number;
  /** Palette indices, [height, width], below 256. */
  readonly values: ArrayLike<number>;
  /** RGB triples of 256 colours; grey values by default. */
  readonly palette?: readonly number[];
  readonly isInterlaced?: boolean;
  /** How often the picture is there. */
  readonly count?: number;
}

/** A GIF file whose table of codes is cleared before it grows, so that all codes have nine bits. */
export function makeGif(spec: GifSpec): Uint8Array {
  const { width, height, values, isInterlaced = false, count = 1 } = spec;
  const palette = spec.palette ?? Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
  const passes = isInterlaced
    ? [
        [0, 8],
        [4, 8],
        [2, 4],
        [1, 2],
      ]
    : [[0, 1]];
  const rows = passes.flatMap(([from = 0, step = 1]) => {
    const lines: number[] = [];
    for (let y = from; y < height; y += step) lines.push(y);
    return lines;
  });
  const codes = rows.flatMap((y) => Array.from({ length: width }, (_, x) => values[y * width + x] as number));
  const withClears = codes.flatMap((code, i) => (i % 200 === 0 ? [256, code] : [code]));
  let bits = '';
  for (const code of [...withClears, 257]) bits = code.toString(2).padStart(9, '0') + bits;
  const bytes: number[] = [];
  for (let end = bits.length; end > 0; end -= 8) bytes.push(Number.parseInt(bits.slice(Math.max(0, end - 8), end), 2));
  const blocks: number[] = [];
  for (let at = 0; at < bytes.length; at += 255)
    blocks.push(Math.min(255, bytes.length - at), ...bytes.slice(at, at + 255));
  const picture = [0x2c, 0, 0, 0, 0, ...uint16(width), ...uint16(height), isInterlaced ? 0x40 : 0, 8, ...blocks, 0];
  return Uint8Array.from([
    ...new TextEncoder().encode('GIF89a'),
    ...[...uint16(width), ...uint16(height), 0xf7, 0, 0, ...palette],
    ...[0x21, 0xf9, 4, 0, 0, 0, 0, 0],
    ...Array.from({ length: count }, () => picture).flat(),
    0x3b,
  ]);
}
