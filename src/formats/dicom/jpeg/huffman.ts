import { type BitReader, EndOfScan } from './bits.ts';

/** For each 16-bit prefix, the code's length in the upper and its symbol in the lower byte; 0 where there is no code. */
export type HuffmanTable = Uint16Array;

/** Builds the table of codes from the number of codes of each length, 1 to 16, and their symbols (ITU T.81 annex C). */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const table = new Uint16Array(65536);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    for (let i = 0; i < (counts[length - 1] ?? 0); i++, index++, code++) {
      const from = code << (16 - length);
      table.fill((length << 8) | (symbols[index] ?? 0), from, from + (1 << (16 - length)));
    }
    code <<= 1;
  }
  return table;
}

export function decodeSymbol(bits: BitReader, table: HuffmanTable): number {
  const entry = table[bits.peek16()] as number;
  if (entry === 0) throw new EndOfScan('an impossible code');
  bits.skip(entry >> 8);
  return entry & 0xff;
}
