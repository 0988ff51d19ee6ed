import { nextMarker } from './bits.ts';
import { type HuffmanTable, huffmanTable } from './huffman.ts';

export interface JpegComponent {
  readonly id: number;
  /** Sampling factors. */
  readonly h: number;
  readonly v: number;
  readonly quantisation: number;
}

export interface JpegFrame {
  readonly process: 'sequential' | 'lossless';
  /** Bits of a sample. */
  readonly precision: number;
  readonly height: number;
  readonly width: number;
  readonly components: readonly JpegComponent[];
}

export interface JpegScan {
  readonly frame: JpegFrame;
  /** Components of this scan with the tables they use. */
  readonly components: readonly { readonly index: number; readonly dc: HuffmanTable; readonly ac: HuffmanTable }[];
  /** Of lossless coding: the predictor, 1 to 7. */
  readonly predictor: number;
  readonly pointTransform: number;
  /** MCUs between restart markers, 0 for none. */
  readonly restartInterval: number;
  /** Where its entropy-coded data begin. */
  readonly start: number;
  readonly quantisation: readonly (Uint16Array | undefined)[];
}

export interface Jpeg {
  readonly frame: JpegFrame;
  readonly scans: readonly JpegScan[];
  /** Whether its application markers say that three components are YCbCr. */
  readonly saysYcc: boolean;
}

/** This is not a JPEG stream, or one of a process that is not read. */
export class BadJpeg extends Error {}

const NO_TABLE: HuffmanTable = new Uint16Array(65536);
const PROCESSES: Readonly<Record<number, JpegFrame['process']>> = {
  192: 'sequential',
  193: 'sequential',
  195: 'lossless',
};

/** The tables and headers of a JPEG stream (ITU T.81 annex B). @throws BadJpeg */
export function readMarkers(bytes: Uint8Array): Jpeg {
  const tables = { dc: [] as HuffmanTable[], ac: [] as HuffmanTable[], quantisation: [] as Uint16Array[] };
  const scans: JpegScan[] = [];
  let frame: JpegFrame | undefined;
  let restartInterval = 0;
  let saysYcc = false;
  for (const { marker, segment, end } of segmentsOf(bytes)) {
    if (marker === 0xc4) readHuffman(segment, tables);
    else if (marker === 0xdb) readQuantisation(segment, tables.quantisation);
    else if (marker === 0xdd) restartInterval = word(segment, 0);
    else if (isYccMarker(marker, segment)) saysYcc = true;
    else if (isFrameMarker(marker)) frame = readFrame(marker, segment, frame);
    else if (marker === 0xda) {
      if (frame === undefined) throw new BadJpeg('its picture has no header');
      scans.push({ ...readScan(segment, frame, tables), restartInterval, start: end });
    }
  }
  if (frame === undefined || scans.length === 0) throw new BadJpeg('it holds no picture');
  if (scans.length > frame.components.length) throw new BadJpeg('it holds more scans than components');
  return { frame, scans, saysYcc };
}

/** Segments up to the end of the image; entropy-coded data and restart markers between them are passed over. */
function* segmentsOf(bytes: Uint8Array): Generator<{ marker: number; segment: Uint8Array; end: number }> {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw new BadJpeg('it does not begin as JPEG data do');
  let at = nextMarker(bytes, 2);
  while (at + 4 <= bytes.length && bytes[at + 1] !== 0xd9) {
    const marker = bytes[at + 1] as number;
    const isRestart = marker >= 0xd0 && marker <= 0xd7;
    const end = isRestart ? at + 2 : at + 2 + word(bytes, at + 2);
    if (end < at + 2 || end > bytes.length || (!isRestart && end < at + 4)) throw new BadJpeg('it ends early');
    if (!isRestart) yield { marker, segment: bytes.subarray(at + 4, end), end };
    at = nextMarker(bytes, end);
  }
}

/** JFIF files, and those of Adobe with transform 1, hold YCbCr. */
function isYccMarker(marker: number, segment: Uint8Array): boolean {
  const name = String.fromCharCode(...segment.subarray(0, 4));
  return (marker === 0xe0 && name === 'JFIF') || (marker === 0xee && name === 'Adob' && segment[11] === 1);
}

/** SOF0 to SOF15; among their numbers are those of Huffman tables, extensions and arithmetic conditioning. */
function isFrameMarker(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function readFrame(marker: number, segment: Uint8Array, other: JpegFrame | undefined): JpegFrame {
  const process = PROCESSES[marker];
  if (process === undefined) {
    throw new BadJpeg('its coding process (progressive, hierarchical or arithmetic) is not read');
  }
  if (other !== undefined) throw new BadJpeg('it has two headers');
  const count = segment[5] ?? 0;
  const components = Array.from({ length: count }, (_, i): JpegComponent => {
    const [id = 0, sampling = 0, quantisation = 0] = segment.subarray(6 + 3 * i, 9 + 3 * i);
    return { id, h: sampling >> 4, v: sampling & 15, quantisation };
  });
  const frame = { process, precision: segment[0] ?? 0, height: word(segment, 1), width: word(segment, 3), components };
  const isPossible =
    frame.height > 0 && frame.width > 0 && frame.precision >= 2 && frame.precision <= 16 && [1, 3].includes(count);
  const isSampled = components.every(({ h, v }) => h >= 1 && h <= 4 && v >= 1 && v <= 4);
  if (!isPossible || !isSampled) throw new BadJpeg('its header makes no sense');
  return frame;
}

function readScan(
  segment: Uint8Array,
  frame: JpegFrame,
  tables: { dc: HuffmanTable[]; ac: HuffmanTable[]; quantisation: Uint16Array[] },
): Omit<JpegScan, 'restartInterval' | 'start'> {
  const count = segment[0] ?? 0;
  const components = Array.from({ length: count }, (_, i) => {
    const [id, selector = 0] = segment.subarray(1 + 2 * i, 3 + 2 * i);
    const index = frame.components.findIndex((component) => component.id === id);
    if (index < 0) throw new BadJpeg('a scan is of a component that is not there');
    return { index, dc: tables.dc[selector >> 4] ?? NO_TABLE, ac: tables.ac[selector & 15] ?? NO_TABLE };
  });
  const [predictor = 0, , transform = 0] = segment.subarray(1 + 2 * count);
  if (count < 1 || new Set(components.map(({ index }) => index)).size < count) throw new BadJpeg('a scan is empty');
  return { frame, components, predictor, pointTransform: transform & 15, quantisation: [...tables.quantisation] };
}

function readHuffman(segment: Uint8Array, tables: { dc: HuffmanTable[]; ac: HuffmanTable[] }): void {
  for (let at = 0; at + 17 <= segment.length; ) {
    const selector = segment[at] as number;
    const counts = segment.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const kind = selector >> 4 === 0 ? tables.dc : tables.ac;
    kind[selector & 3] = huffmanTable(counts, segment.subarray(at + 17, at + 17 + total));
    at += 17 + total;
  }
}

function readQuantisation(segment: Uint8Array, tables: Uint16Array[]): void {
  for (let at = 0; at < segment.length; ) {
    const selector = segment[at] as number;
    const isWide = selector >> 4 !== 0;
    tables[selector & 3] = Uint16Array.from({ length: 64 }, (_, i) =>
      isWide ? word(segment, at + 1 + 2 * i) : (segment[at + 1 + i] ?? 0),
    );
    at += isWide ? 129 : 65;
  }
}

const word = (bytes: Uint8Array, at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
