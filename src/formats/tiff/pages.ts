import { damaged, foreign, unsupported } from '../damaged.ts';

/** One picture of a TIFF file: what its directory says. Names are those of the standard. */
export interface TiffPage {
  readonly width: number;
  readonly height: number;
  readonly samples: number;
  /** Bits of each sample. */
  readonly bits: number;
  /** 1 unsigned, 2 signed, 3 float. */
  readonly format: number;
  readonly compression: number;
  readonly photometric: number;
  /** Samples lie in planes of their own, rather than side by side. */
  readonly planar: boolean;
  readonly predictor: number;
  /** Size of the pieces the picture is stored in: tiles, or strips as wide as the picture. */
  readonly chunk: { readonly width: number; readonly height: number; readonly isTile: boolean };
  /** Position and length of each piece in the file. */
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
  /** Red, green and blue of each index, 0 to 65535, all red ones first. */
  readonly palette: readonly number[] | undefined;
  /** Meaning of samples beyond the colours: 0 unspecified, 1 and 2 alpha. */
  readonly extra: readonly number[];
  /** Made by ImageJ for several channels or times in one file. */
  readonly isHyperstack: boolean;
  /** Text about the picture, of the first page perhaps about the file. */
  readonly description: string;
  /** Whether the bits of each byte are stored from the lowest up. */
  readonly isLowestBitFirst: boolean;
  /** Tables that the JPEG streams of all pieces share. */
  readonly jpegTables: Uint8Array | undefined;
}

/** Bytes of a number of each field type; fields of other types are not looked at. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  13: 4,
  16: 8,
  18: 8,
};
const MAX_PAGES = 65535;
/** The fields that are looked at. */
const TAGS = new Set([
  254, 256, 257, 258, 259, 262, 266, 270, 273, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325, 338, 339, 347,
]);
/** Of a page that is a smaller version of another, or its transparency mask. */
const SECONDARY = 0b101;

export function isTiff(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  const little = a === 0x49 && b === 0x49 && (c === 42 || c === 43) && d === 0;
  return little || (a === 0x4d && b === 0x4d && c === 0 && (d === 42 || d === 43));
}

/** How directories are laid out: BigTIFF, for files above 4 GB, has 64-bit numbers where TIFF has 16- and 32-bit ones. */
interface Layout {
  readonly little: boolean;
  /** Bytes of the number of fields, of a field, and of an offset. */
  readonly count: 2 | 8;
  readonly entry: 12 | 20;
  readonly offset: 4 | 8;
}

/**
 * The pages of a TIFF or BigTIFF file in order, without thumbnails and transparency masks.
 *
 * @throws PatchclError `bad-file` when the file is not a TIFF, damaged or cut off.
 * @see TIFF revision 6.0, 1992; https://www.awaresystems.be/imaging/tiff/bigtiff.html
 */
export function readPages(bytes: Uint8Array, name: string): { pages: TiffPage[]; littleEndian: boolean } {
  if (!isTiff(bytes)) throw foreign(name, 'TIFF');
  const littleEndian = bytes[0] === 0x49;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isBig = bytes[2] === 43 || bytes[3] === 43;
  const layout: Layout = isBig
    ? { little: littleEndian, count: 8, entry: 20, offset: 8 }
    : { little: littleEndian, count: 2, entry: 12, offset: 4 };
  const pages: TiffPage[] = [];
  const seen = new Set<number>();
  let fieldBytes = 0;
  try {
    let at = readNumber(view, isBig ? 8 : 4, layout.offset, littleEndian);
    while (at !== 0) {
      if (seen.has(at) || seen.size >= MAX_PAGES) throw damaged(name, 'the pages of the TIFF go round in circles');
      seen.add(at);
      const { fields, size, next } = readFields(view, at, layout);
      fieldBytes += size;
      if (fieldBytes > bytes.length) throw damaged(name, 'the directories of the TIFF overlap');
      if (((fields.get(254)?.[0] ?? 0) & SECONDARY) === 0) pages.push(pageOf(fields, bytes.length, name));
      at = readNumber(view, next, layout.offset, littleEndian);
    }
  } catch (cause) {
    if (cause instanceof RangeError) throw damaged(name, 'the TIFF is damaged or cut off within a directory', cause);
    throw cause;
  }
  if (pages.length === 0) throw damaged(name, 'the TIFF holds no picture');
  return { pages, littleEndian };
}

/** @returns fields by tag, the bytes that they and the directory take, and where the link to the next one stands. @throws RangeError beyond the end of the file */
function readFields(view: DataView, at: number, { little, count: countBytes, entry: entryBytes, offset }: Layout) {
  const fields = new Map<number, number[]>();
  const entries = readNumber(view, at, countBytes, little);
  const next = at + countBytes + entryBytes * entries;
  if (next + offset > view.byteLength) throw new RangeError(`${entries} fields reach beyond the end`);
  let total = countBytes + entryBytes * entries + offset;
  for (let entry = 0; entry < entries; entry++) {
    const start = at + countBytes + entryBytes * entry;
    const [tag, type] = [view.getUint16(start, little), view.getUint16(start + 2, little)];
    const count = readNumber(view, start + 4, offset, little);
    const size = TYPE_BYTES[type];
    if (size === undefined || !TAGS.has(tag) || fields.has(tag)) continue;
    const value = start + 4 + offset;
    const from = size * count > offset ? readNumber(view, value, offset, little) : value;
    if (from + size * count > view.byteLength) throw new RangeError(`field ${tag} reaches beyond the end`);
    if (from !== value) total += size * count;
    const values = new Array<number>(count);
    for (let i = 0; i < count; i++) values[i] = readNumber(view, from + i * size, size, little);
    fields.set(tag, values);
  }
  return { fields, size: total, next };
}

function readNumber(view: DataView, at: number, size: number, little: boolean): number {
  if (size === 1) return view.getUint8(at);
  if (size === 8) return Number(view.getBigUint64(at, little));
  return size === 2 ? view.getUint16(at, little) : view.getUint32(at, little);
}

function pageOf(fields: ReadonlyMap<number, readonly number[]>, fileBytes: number, name: string): TiffPage {
  const first = (tag: number, missing: number) => fields.get(tag)?.[0] ?? missing;
  const [width, height, samples] = [first(256, 0), first(257, 0), first(277, 1)];
  if (width < 1 || height < 1 || samples < 1) {
    throw damaged(name, `a page of the TIFF claims ${width} x ${height} pixels with ${samples} samples`);
  }
  const isTile = fields.has(322);
  const chunk = isTile
    ? { width: first(322, 0), height: first(323, 0), isTile }
    : { width, height: Math.min(first(278, height), height), isTile };
  if (chunk.width < 1 || chunk.height < 1) throw damaged(name, 'the tiles or strips of the TIFF are empty');
  const same = (tag: number, missing: number, what: string) => {
    const values = fields.get(tag) ?? [missing];
    if (values.some((value) => value !== values[0])) {
      throw unsupported(name, `samples of different ${what} in one TIFF are not read`, 'Save it as grey or RGB.');
    }
    return values[0] ?? missing;
  };
  const description = latin1(fields.get(270) ?? []);
  const page = {
    width,
    height,
    samples,
    chunk,
    bits: same(258, 1, 'depth'),
    format: same(339, 1, 'format'),
    compression: first(259, 1),
    photometric: first(262, 1),
    planar: first(284, 1) === 2,
    predictor: first(317, 1),
    offsets: fields.get(isTile ? 324 : 273) ?? [],
    lengths: fields.get(isTile ? 325 : 279) ?? [],
    palette: fields.get(320),
    extra: fields.get(338) ?? [],
    isHyperstack: description.startsWith('ImageJ=') && /^(channels|frames)=([2-9]|\d\d)/m.test(description),
    description,
    isLowestBitFirst: first(266, 1) === 2,
    jpegTables: fields.has(347) ? Uint8Array.from(fields.get(347) as number[]) : undefined,
  };
  return page.lengths.some((length) => length > 0) ? page : { ...page, lengths: missingLengths(page, fileBytes) };
}

/** Some writers leave out how long pieces are: they take what their pixels need, or reach to the next one. */
function missingLengths(page: Omit<TiffPage, 'lengths'>, fileBytes: number): number[] {
  const { offsets, chunk, bits, samples, planar, height, compression } = page;
  const sorted = [...offsets, fileBytes].sort((a, b) => a - b);
  const down = Math.ceil(height / chunk.height);
  return offsets.map((offset, index) => {
    const reach = (sorted.find((other) => other > offset) ?? fileBytes) - offset;
    if (compression !== 1) return Math.max(0, reach);
    const isLast = !chunk.isTile && index % down === down - 1;
    const rows = isLast ? height - (down - 1) * chunk.height : chunk.height;
    const lineBytes = Math.ceil((chunk.width * (planar ? 1 : samples) * bits) / 8);
    return Math.max(0, Math.min(rows * lineBytes, reach));
  });
}

const latin1 = (codes: readonly number[]) => new TextDecoder('latin1').decode(Uint8Array.from(codes));
