import { damaged, unsupported } from '../../damaged.ts';

/** Samples as they are stored in cells of 1, 8, 16 or 32 bits. */
export type Cells = Uint8Array | Uint16Array | Uint32Array;

export interface CellLayout {
  readonly bitsAllocated: number;
  readonly littleEndian: boolean;
  /** Whether bytes were written as 16-bit words, which matters for 8-bit cells in big endian. */
  readonly inWords: boolean;
}

/**
 * Cells `first` to `first + count` of uncompressed pixel data. Single bits are packed without regard to rows and frames, the
 * lowest bit first (PS3.5 section 8.2).
 *
 * @throws PatchclError `bad-file` when the data end before that.
 */
export function readCells(bytes: Uint8Array, first: number, count: number, layout: CellLayout, name: string): Cells {
  const { bitsAllocated: bits, littleEndian } = layout;
  if (![1, 8, 16, 32].includes(bits)) {
    throw unsupported(name, `pixels of ${bits} bits are not read`, 'Convert it to 8 or 16 bits.');
  }
  const needed = Math.ceil(((first + count) * bits) / 8);
  if (bytes.length < needed) {
    throw damaged(name, `the file ends early: its pixel data hold ${bytes.length} of at least ${needed} bytes`);
  }
  if (bits === 1) {
    const cells = new Uint8Array(count);
    for (let i = 0; i < count; i++) cells[i] = bitAt(bytes, first + i);
    return cells;
  }
  if (bits === 8) {
    if (littleEndian || !layout.inWords) return new Uint8Array(bytes.subarray(first, first + count));
    const cells = new Uint8Array(count);
    for (let i = 0; i < count; i++) cells[i] = bytes[(first + i) ^ 1] ?? 0;
    return cells;
  }
  const cells = bits === 16 ? new Uint16Array(count) : new Uint32Array(count);
  const size = bits / 8;
  const view = new DataView(bytes.buffer, bytes.byteOffset + first * size, count * size);
  for (let i = 0; i < count; i++) {
    cells[i] = bits === 16 ? view.getUint16(2 * i, littleEndian) : view.getUint32(4 * i, littleEndian);
  }
  return cells;
}

function bitAt(bytes: Uint8Array, index: number): number {
  return ((bytes[index >> 3] as number) >> (index & 7)) & 1;
}
