import { concatBytes } from '../../core/bytes.ts';
import { decodeTurbo } from '../jpeg/turbo.ts';
import type { TiffPage } from './pages.ts';

const YCBCR = 6;
const START = Uint8Array.of(0xff, 0xd8);

/**
 * Decodes a strip or tile that is a JPEG stream without the tables that all pieces share (Adobe's TIFF technical note 2).
 *
 * @returns [rows, width, samples], 8 bits; colours as RGB.
 * @throws Error for anything that is no such stream of the right size.
 */
export async function jpegPiece(piece: Uint8Array, page: TiffPage, rows: number): Promise<Uint8Array> {
  const { chunk, samples, planar, bits, photometric, jpegTables } = page;
  if (bits !== 8) throw new Error(`JPEG of ${bits} bits`);
  const size = frameSize(piece);
  if (size?.width !== chunk.width || size.height < rows || size.height > chunk.height) {
    throw new Error('a JPEG stream of another size');
  }
  // What a TIFF says about its colours counts, so it is said in the stream's own words.
  const adobe = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, photometric === YCBCR ? 1 : 0];
  const tables = jpegTables === undefined ? new Uint8Array() : jpegTables.subarray(2, jpegTables.length - 2);
  const stream = concatBytes([START, ...(samples === 3 ? [Uint8Array.from(adobe)] : []), tables, piece.subarray(2)]);
  const decoded = await decodeTurbo(stream);
  if (decoded.channels !== (planar ? 1 : samples)) throw new Error('a JPEG stream of other samples');
  return decoded.samples;
}

/** The size in the frame header, checked before a decoder allocates what it says. */
function frameSize(piece: Uint8Array): { width: number; height: number } | undefined {
  const word = (at: number) => ((piece[at] ?? 0) << 8) | (piece[at + 1] ?? 0);
  for (let at = 2; at + 9 <= piece.length && piece[at] === 0xff; at += 2 + word(at + 2)) {
    const marker = piece[at + 1] as number;
    if (marker >= 0xc0 && marker <= 0xc2) return { height: word(at + 5), width: word(at + 7) };
    if (marker === 0xda) return undefined;
  }
  return undefined;
}
