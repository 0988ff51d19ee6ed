import { damaged } from '../damaged.ts';

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
  /** Whether the end mark is there. */
  readonly complete: boolean;
}

const [END, SCAN, RESTART_FIRST, RESTART_LAST] = [0xd9, 0xda, 0xd0, 0xd7];
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
  if (!isJpeg(bytes)) throw damaged(name, 'this is not a JPEG file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let frame: Omit<JpegHeader, 'scans' | 'complete'> | undefined;
  let [scans, complete] = [0, false];
  let at = 2;
  while (at + 4 <= bytes.length || (at + 2 <= bytes.length && bytes[at + 1] === END)) {
    const marker = bytes[at + 1] as number;
    if (bytes[at] !== 0xff) throw damaged(name, 'the JPEG is damaged: a marker was expected');
    if (marker === END) {
      complete = true;
      break;
    }
    if (marker === 0xff) {
      at++; // fill byte
      continue;
    }
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
    if (marker === SCAN) scans++;
    at = marker === SCAN ? endOfScan(bytes, next) : next;
  }
  if (frame === undefined) throw damaged(name, 'the JPEG has no frame header, or is cut off before it');
  return { ...frame, scans, complete };
}

/** The position of the first marker behind the coded data that starts at `at`. */
function endOfScan(bytes: Uint8Array, at: number): number {
  for (let i = at; i + 1 < bytes.length; i++) {
    const next = bytes[i + 1] as number;
    if (bytes[i] === 0xff && next !== 0 && !(next >= RESTART_FIRST && next <= RESTART_LAST)) return i;
  }
  return bytes.length;
}
