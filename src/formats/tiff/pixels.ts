import { PatchclError } from '../../core/errors.ts';
import { damaged, unsupported } from '../damaged.ts';
import { COMPRESSIONS, JPEG, type TiffCompression } from './compression.ts';
import { jpegPiece } from './jpeg-piece.ts';
import type { TiffPage } from './pages.ts';

type ReadSample = (view: DataView, at: number, little: boolean) => number;

/** By format (1 unsigned, 2 signed, 3 float) and bits. */
const READERS: Readonly<Record<string, ReadSample | undefined>> = {
  '1/8': (view, at) => view.getUint8(at),
  '1/16': (view, at, little) => view.getUint16(at, little),
  '1/32': (view, at, little) => view.getUint32(at, little),
  '2/8': (view, at) => view.getInt8(at),
  '2/16': (view, at, little) => view.getInt16(at, little),
  '2/32': (view, at, little) => view.getInt32(at, little),
  '3/32': (view, at, little) => view.getFloat32(at, little),
  '3/64': (view, at, little) => view.getFloat64(at, little),
};

/**
 * Decodes one page.
 *
 * @returns planar [samples, height, width], values as stored.
 * @throws PatchclError `bad-file` when pieces are missing or damaged, `unsupported` for codings that are not read.
 */
export async function decodePage(
  bytes: Uint8Array,
  page: TiffPage,
  littleEndian: boolean,
  name: string,
): Promise<Float32Array> {
  const { width, height, samples, chunk, planar } = page;
  const compression = compressionOf(page, name);
  const read = sampleReader(page, name);
  const perPixel = planar ? 1 : samples;
  const lineBytes = Math.ceil((chunk.width * perPixel * page.bits) / 8);
  const [across, down] = [Math.ceil(width / chunk.width), Math.ceil(height / chunk.height)];
  const data = new Float32Array(samples * height * width);
  for (let index = 0; index < across * down * (planar ? samples : 1); index++) {
    const top = (Math.floor(index / across) % down) * chunk.height;
    const left = (index % across) * chunk.width;
    const first = planar ? Math.floor(index / (across * down)) : 0;
    const rows = chunk.isTile ? chunk.height : Math.min(chunk.height, height - top);
    const raw = await expandPiece(bytes, page, { index, rows, length: rows * lineBytes }, compression, name);
    const little = undoPredictor(raw, page, rows, perPixel, littleEndian, name);
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    const columns = Math.min(chunk.width, width - left);
    for (let y = 0; y < Math.min(rows, height - top); y++) {
      for (let c = 0; c < perPixel; c++) {
        let target = ((first + c) * height + top + y) * width + left;
        for (let x = 0; x < columns; x++) data[target++] = read(view, y * lineBytes, x * perPixel + c, little);
      }
    }
  }
  return data;
}

function compressionOf(page: TiffPage, name: string): TiffCompression {
  const compression = COMPRESSIONS.get(page.compression);
  if (compression !== undefined) return compression;
  const hint = 'Save it without compression, or with LZW or deflate.';
  throw unsupported(name, `TIFF compression ${page.compression} is not read`, hint);
}

/** Reads the sample of an index within the line that starts at a byte. */
function sampleReader({ bits, format }: TiffPage, name: string) {
  // Format 4 is "undefined", which everybody takes as unsigned.
  const kind = format === 4 ? 1 : format;
  const whole = READERS[`${kind}/${bits}`];
  if (whole !== undefined) {
    return (view: DataView, line: number, i: number, little: boolean) => whole(view, line + (i * bits) / 8, little);
  }
  if (kind !== 1 || ![1, 2, 4].includes(bits)) {
    throw unsupported(
      name,
      `a TIFF of ${bits} bits (sample format ${format}) is not read`,
      'Save it with 8 or 16 bits.',
    );
  }
  return (view: DataView, line: number, i: number) => {
    const bit = i * bits;
    return (view.getUint8(line + (bit >> 3)) >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
  };
}

/** A strip or tile: its number, its rows, and the bytes of its pixels. */
interface Piece {
  readonly index: number;
  readonly rows: number;
  readonly length: number;
}

async function expandPiece(
  bytes: Uint8Array,
  page: TiffPage,
  { index, rows, length }: Piece,
  { expand }: TiffCompression,
  name: string,
): Promise<Uint8Array> {
  const [offset, stored] = [page.offsets[index], page.lengths[index]];
  if (offset === undefined || stored === undefined || offset + stored > bytes.length) {
    throw damaged(name, 'the TIFF is cut off: a part of its pixels lies beyond the end of the file');
  }
  const piece = bytes.subarray(offset, offset + stored);
  let raw: Uint8Array;
  try {
    raw = page.compression === JPEG ? await jpegPiece(piece, page, rows) : expand(turnedBits(piece, page), length);
  } catch (cause) {
    throw damaged(name, 'the pixels of the TIFF are damaged', cause);
  }
  if (raw.length < length) throw damaged(name, `the TIFF ends early: a part has ${raw.length} of ${length} bytes`);
  return raw;
}

/** The bytes with their highest bits first. */
function turnedBits(piece: Uint8Array, { isLowestBitFirst }: TiffPage): Uint8Array {
  if (!isLowestBitFirst) return piece;
  const turned = new Uint8Array(piece.length);
  for (let i = 0; i < turned.length; i++) turned[i] = TURNED[piece[i] as number] as number;
  return turned;
}

const TURNED = Uint8Array.from({ length: 256 }, (_, byte) => {
  let turned = 0;
  for (let bit = 0; bit < 8; bit++) turned |= ((byte >> bit) & 1) << (7 - bit);
  return turned;
});

/**
 * Section 14 of the standard: values were stored as differences from the pixel to the left. For floats (Adobe's technical
 * note 3) the bytes of a line were regrouped before, highest ones first.
 *
 * @returns whether the samples are little-endian afterwards
 */
function undoPredictor(
  raw: Uint8Array,
  { predictor, bits, format, chunk }: TiffPage,
  rows: number,
  perPixel: number,
  littleEndian: boolean,
  name: string,
): boolean {
  if (predictor === 1) return littleEndian;
  const bytes = bits / 8;
  const count = chunk.width * perPixel;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  for (let row = 0; row < rows; row++) {
    const line = row * count * bytes;
    if (predictor === 2 && format !== 3 && [8, 16, 32].includes(bits)) {
      for (let i = perPixel; i < count; i++) addLeft(view, line + i * bytes, perPixel * bytes, bits, littleEndian);
    } else if (predictor === 3 && format === 3) {
      for (let i = perPixel; i < count * bytes; i++) addLeft(view, line + i, perPixel, 8, littleEndian);
      const planes = raw.slice(line, line + count * bytes);
      for (let i = 0; i < count; i++) {
        for (let b = 0; b < bytes; b++) raw[line + i * bytes + b] = planes[b * count + i] as number;
      }
    } else {
      throw unsupported(name, `TIFF predictor ${predictor} with ${bits} bits is not read`, 'Save it without.');
    }
  }
  return predictor === 3 ? false : littleEndian;
}

function addLeft(view: DataView, at: number, back: number, bits: number, little: boolean): void {
  if (bits === 8) view.setUint8(at, view.getUint8(at) + view.getUint8(at - back));
  else if (bits === 16) view.setUint16(at, view.getUint16(at, little) + view.getUint16(at - back, little), little);
  else view.setUint32(at, view.getUint32(at, little) + view.getUint32(at - back, little), little);
}

/** The most that all pages of a file may take, decoded. */
const MAX_BYTES = 2 ** 31;

/**
 * Checks before anything is allocated that the file can hold what its directories claim: pieces do not overlap, and none
 * expands beyond what its compression can.
 *
 * @throws PatchclError `bad-file` when it cannot, `unsupported` when it would be too large or is compressed in another way.
 */
export function checkClaims(pages: readonly TiffPage[], fileBytes: number, name: string): void {
  let [stored, expanded, values] = [0, 0, 0];
  for (const page of pages) {
    const { width, height, samples, bits, chunk, lengths, planar } = page;
    let claimed = 0;
    for (const length of lengths) claimed += length;
    stored += claimed;
    expanded += claimed * compressionOf(page, name).maxRatio;
    values += width * height * samples;
    const pieces = Math.ceil(width / chunk.width) * Math.ceil(height / chunk.height) * (planar ? samples : 1);
    const pieceBits = chunk.width * Math.min(chunk.height, chunk.isTile ? chunk.height : height) * bits;
    if (pieces > lengths.length || (values * bits) / 8 > expanded || pieceBits / 8 > expanded) {
      throw damaged(name, `the TIFF ends early: ${width} x ${height} pixels are claimed, more than the file holds`);
    }
  }
  if (stored > fileBytes) throw damaged(name, 'the TIFF ends early: more pixels are claimed than the file holds');
  if (values * 4 <= MAX_BYTES) return;
  throw new PatchclError('unsupported', `a TIFF of ${values} values is too large`, {
    subject: name,
    hint: 'Cut it into tiles.',
  });
}
