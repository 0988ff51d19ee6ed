import { concatBytes } from '../../core/bytes.ts';
import { damaged, foreign } from '../damaged.ts';

/** What the markers of a JPEG file say about it. */
export interface JpegHeader {
  /** Number n of the SOFn marker: 0 baseline, 1 extended, 2 progressive, others lossless, hierarchical or arithmetic. */
  readonly kind: number;
  readonly width: number;
  readonly height: number;
  /** Bits per sample. */
  readonly bits: number;
  readonly components: number;
  readonly scans: number;
  /** Whether three components are colours as they are, not luminance and colour differences. */
  readonly isRgb: boolean;
  /** Whether the end mark is there. */
  readonly complete: boolean;
}

const [TEM, START, END, SCAN, RESTART_FIRST, RESTART_LAST, ADOBE] = [0x01, 0xd8, 0xd9, 0xda, 0xd0, 0xd7, 0xee];
/** In the range of the frame markers, but tables: Huffman, extension, arithmetic. */
const TABLES = [0xc4, 0xc8, 0xcc];

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/**
 * Walks over the markers of a JPEG file.
 *
 * @throws PatchclError `bad-file` when there is no frame header, or two.
 * @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B
 */
export function readJpegHeader(bytes: Uint8Array, name: string): JpegHeader {
  if (!isJpeg(bytes)) throw foreign(name, 'JPEG');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let frame: Omit<JpegHeader, 'scans' | 'complete' | 'isRgb'> | undefined;
  let [scans, complete, isRgb] = [0, false, false];
  let at = 2;
  while (at + 2 <= bytes.length) {
    const marker = bytes[at + 1] as number;
    const alone = bytesWithoutSegment(bytes[at] as number, marker);
    if (alone > 0) {
      at += alone;
      continue;
    }
    if (marker === END) complete = true;
    if (complete || at + 4 > bytes.length) break;
    const next = at + 2 + view.getUint16(at + 2);
    if (marker >= 0xc0 && marker <= 0xcf && !TABLES.includes(marker)) {
      if (frame !== undefined || at + 10 > bytes.length) throw damaged(name, 'the frame header of the JPEG is damaged');
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      frame = {
        kind: marker - 0xc0,
        bits: bytes[at + 4] as number,
        height,
        width,
        components: bytes[at + 9] as number,
      };
    }
    if (marker === ADOBE) isRgb = isAdobeRgb(bytes, at);
    if (marker === SCAN) scans++;
    at = marker === SCAN ? endOfScan(bytes, next) : next;
  }
  if (frame === undefined) throw damaged(name, 'the JPEG has no frame header, or is cut off before it');
  return { ...frame, scans, complete, isRgb };
}

/** The file without stray bytes and markers between its segments, which some decoders do not pass over. */
export function withoutStrayBytes(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [bytes.subarray(0, 2)];
  for (let at = 2; at + 4 <= bytes.length && bytes[at + 1] !== END; ) {
    const alone = bytesWithoutSegment(bytes[at] as number, bytes[at + 1] as number);
    const next = at + 2 + (((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number));
    const end = bytes[at + 1] === SCAN ? endOfScan(bytes, next) : next;
    if (alone === 0) parts.push(bytes.subarray(at, end));
    at = alone === 0 ? end : at + alone;
  }
  return concatBytes([...parts, Uint8Array.of(0xff, END)]);
}

/** How much to pass over: stray and fill bytes, and markers without a segment. 0 for a segment. */
function bytesWithoutSegment(first: number, marker: number): number {
  if (first !== 0xff || marker === 0 || marker === 0xff) return 1;
  const isAlone = marker === TEM || marker === START || (marker >= RESTART_FIRST && marker <= RESTART_LAST);
  return isAlone ? 2 : 0;
}

/** Whether the pixels of three components are red, green and blue, as a file of Adobe's programs may say (marker APP14). */
function isAdobeRgb(bytes: Uint8Array, at: number): boolean {
  const isAdobe = String.fromCharCode(...bytes.subarray(at + 4, at + 9)) === 'Adobe';
  return isAdobe && bytes[at + 15] === 0;
}

/** The position of the first marker behind the coded data that starts at `at`. */
function endOfScan(bytes: Uint8Array, at: number): number {
  for (let i = at; i + 1 < bytes.length; i++) {
    const next = bytes[i + 1] as number;
    if (bytes[i] === 0xff && next !== 0 && !(next >= RESTART_FIRST && next <= RESTART_LAST)) return i;
  }
  return bytes.length;
}
