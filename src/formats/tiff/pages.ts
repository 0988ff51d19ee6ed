import { damaged, unsupported } from '../damaged.ts';

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
}

/** Bytes of a number of each field type; fields of other types are not looked at. */
const TYPE_BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4 };
const MAX_PAGES = 65535;
/** The fields that are looked at. */
const TAGS = new Set([
  254, 256, 257, 258, 259, 262, 270, 273, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325, 338, 339,
]);
/** Of a page that is a smaller version of another, or its transparency mask. */
const SECONDARY = 0b101;

export function isTiff(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  const little = a === 0x49 && b === 0x49 && (c === 42 || c === 43) && d === 0;
  return little || (a === 0x4d && b === 0x4d && c === 0 && (d === 42 || d === 43));
}

/**
 * The pages of a TIFF file in order, without thumbnails and transparency masks.
 *
 * @throws PatchclError `bad-file` when the file is not a TIFF, damaged or cut off; `unsupported` for BigTIFF.
 * @see TIFF revision 6.0, 1992
 */
export function readPages(bytes: Uint8Array, name: string): { pages: TiffPage[]; littleEndian: boolean } {
  if (!isTiff(bytes)) throw damaged(name, 'this is not a TIFF file');
  const littleEndian = bytes[0] === 0x49;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[2] === 43 || bytes[3] === 43) {
    throw unsupported(name, 'BigTIFF, the variant for files above 4 GB, is not read', 'Save it as plain TIFF.');
  }
  const pages: TiffPage[] = [];
  const seen = new Set<number>();
  let fieldBytes = 0;
  try {
    let at = view.getUint32(4, littleEndian);
    while (at !== 0) {
      if (seen.has(at) || seen.size >= MAX_PAGES) throw damaged(name, 'the pages of the TIFF go round in circles');
      seen.add(at);
      const { fields, size } = readFields(view, at, littleEndian);
      fieldBytes += size;
      if (fieldBytes > bytes.length) throw damaged(name, 'the directories of the TIFF overlap');
      if (((fields.get(254)?.[0] ?? 0) & SECONDARY) === 0) pages.push(pageOf(fields, name));
      at = view.getUint32(at + 2 + 12 * view.getUint16(at, littleEndian), littleEndian);
    }
  } catch (cause) {
    if (cause instanceof RangeError) throw damaged(name, 'the TIFF is damaged or cut off within a directory', cause);
    throw cause;
  }
  if (pages.length === 0) throw damaged(name, 'the TIFF holds no picture');
  return { pages, littleEndian };
}

/** @returns fields by tag, and the bytes that they and the directory take. @throws RangeError beyond the end of the file */
function readFields(view: DataView, at: number, little: boolean) {
  const fields = new Map<number, number[]>();
  let total = 6 + 12 * view.getUint16(at, little);
  for (let entry = 0; entry < view.getUint16(at, little); entry++) {
    const start = at + 2 + 12 * entry;
    const [tag, type] = [view.getUint16(start, little), view.getUint16(start + 2, little)];
    const count = view.getUint32(start + 4, little);
    const size = TYPE_BYTES[type];
    if (size === undefined || !TAGS.has(tag) || fields.has(tag)) continue;
    const from = size * count > 4 ? view.getUint32(start + 8, little) : start + 8;
    if (from + size * count > view.byteLength) throw new RangeError(`field ${tag} reaches beyond the end`);
    if (from !== start + 8) total += size * count;
    fields.set(
      tag,
      Array.from({ length: count }, (_, i) => readNumber(view, from + i * size, size, little)),
    );
  }
  return { fields, size: total };
}

function readNumber(view: DataView, at: number, size: number, little: boolean): number {
  if (size === 1) return view.getUint8(at);
  return size === 2 ? view.getUint16(at, little) : view.getUint32(at, little);
}

function pageOf(fields: ReadonlyMap<number, readonly number[]>, name: string): TiffPage {
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
  const text = String.fromCharCode(...(fields.get(270) ?? []).slice(0, 400));
  return {
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
    isHyperstack: text.startsWith('ImageJ=') && /^(channels|frames)=([2-9]|\d\d)/m.test(text),
  };
}
