/**
 * A grey baseline JPEG of flat blocks of 8 x 8 pixels, whose decoded values are exact.
 *
 * @param across blocks per row
 * @param values grey value of each block
 * @param restart blocks between restart markers, 0 for none
 */
export function greyJpeg(across: number, values: readonly number[], restart = 0): Uint8Array {
  const word = (value: number) => [value >> 8, value & 255];
  const segment = (marker: number, content: readonly number[]) => [
    0xff,
    marker,
    ...word(content.length + 2),
    ...content,
  ];
  const sizes = Array.from({ length: 12 }, (_, size) => size);
  // All twelve DC sizes as codes of 4 bits, and "end of block" as the one AC code, of 1 bit.
  const dc = [0x00, 0, 0, 0, 12, ...Array<number>(12).fill(0), ...sizes];
  const ac = [0x10, 1, ...Array<number>(15).fill(0), 0];
  const rows = values.length / across;
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xdb, [0, ...Array<number>(64).fill(1)]),
    ...segment(0xc0, [8, ...word(8 * rows), ...word(8 * across), 1, 1, 0x11, 0]),
    ...segment(0xc4, dc),
    ...segment(0xc4, ac),
    ...(restart > 0 ? segment(0xdd, word(restart)) : []),
    ...segment(0xda, [1, 1, 0, 0, 63, 0]),
    ...codedBlocks(values, restart),
    ...[0xff, 0xd9],
  ]);
}

function codedBlocks(values: readonly number[], restart: number): number[] {
  const interval = restart > 0 ? restart : values.length;
  const coded: number[] = [];
  for (let start = 0; start < values.length; start += interval) {
    if (start > 0) coded.push(0xff, 0xd0 + ((start / interval - 1) % 8));
    let [bits, previous] = ['', 0];
    for (const value of values.slice(start, start + interval)) {
      // A flat block of value v has the DC coefficient 8 (v - 128).
      const difference = 8 * (value - 128) - previous;
      const size = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
      const amplitude = difference < 0 ? difference + 2 ** size - 1 : difference;
      bits += `${size.toString(2).padStart(4, '0') + (size > 0 ? amplitude.toString(2).padStart(size, '0') : '')}0`;
      previous += difference;
    }
    for (const byte of (bits.match(/.{1,8}/g) ?? []).map((text) => Number.parseInt(text.padEnd(8, '1'), 2))) {
      coded.push(byte, ...(byte === 0xff ? [0] : []));
    }
  }
  return coded;
}

let loading: ReturnType<typeof import('@cornerstonejs/codec-libjpeg-turbo-8bit')['default']> | undefined;

/** A colour JPEG of real coding. @param rgb C-ordered [height, width, 3] */
export async function colourJpeg(
  rgb: Uint8Array,
  [height, width]: readonly [number, number],
  { quality = 100, progressive = false }: { quality?: number; progressive?: boolean } = {},
): Promise<Uint8Array> {
  loading ??= import('@cornerstonejs/codec-libjpeg-turbo-8bit').then(({ default: load }) =>
    load({ print: () => undefined, printErr: () => undefined }),
  );
  const { JPEGEncoder } = await loading;
  const encoder = new JPEGEncoder();
  const frame = { width, height, bitsPerSample: 8, componentCount: 3, isSigned: false };
  encoder.getDecodedBuffer(frame).set(rgb);
  encoder.setQuality(quality);
  encoder.setProgressive(progressive);
  encoder.encode();
  return new Uint8Array(encoder.getEncodedBuffer());
}
