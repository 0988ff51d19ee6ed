import { concatBytes } from '../../core/bytes.ts';
import { crc32 } from '../../core/crc32.ts';
import { damaged, foreign } from '../damaged.ts';

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits per sample. */
  readonly depth: number;
  /** Samples per pixel. */
  readonly channels: number;
  readonly interlaced: boolean;
}

/** The parts of a PNG file that say what its pixels are. */
export interface PngChunks {
  readonly header: PngHeader;
  readonly palette: Uint8Array | undefined;
  /** The zlib stream of all IDAT chunks. */
  readonly compressed: Uint8Array;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Samples per pixel and permitted bit depths of each colour type. */
const COLOUR_TYPES: Readonly<Record<number, { readonly channels: number; readonly depths: readonly number[] }>> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  3: { channels: 1, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
};
const PALETTE_TYPE = 3;

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((value, i) => bytes[i] === value);
}

/**
 * Collects the critical chunks and checks their checksums.
 *
 * @throws PatchclError `bad-file` when the file is not a PNG, damaged or cut off.
 */
export function readChunks(bytes: Uint8Array, name: string): PngChunks {
  if (!isPng(bytes)) throw foreign(name, 'PNG');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: { header: PngHeader; hasPalette: boolean } | undefined;
  let palette: Uint8Array | undefined;
  const data: Uint8Array[] = [];
  for (let at = SIGNATURE.length; ; ) {
    if (at + 12 > bytes.length) throw damaged(name, 'the PNG is cut off');
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 8 + length;
    if (end + 4 > bytes.length) throw damaged(name, 'the PNG is cut off');
    const content = bytes.subarray(at + 8, end);
    if (type === 'IEND') break;
    if (['IHDR', 'PLTE', 'IDAT'].includes(type) && crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) {
      throw damaged(name, `the checksum of the PNG's ${type} chunk is wrong`);
    }
    if (type === 'IHDR') header = parseHeader(content, name);
    if (type === 'PLTE') palette = content;
    if (type === 'IDAT') data.push(content);
    at = end + 4;
  }
  if (header === undefined) throw damaged(name, 'the PNG has no header chunk');
  if (header.hasPalette && palette === undefined)
    throw damaged(name, 'the PNG lacks the palette that its pixels refer to');
  return {
    header: header.header,
    palette: header.hasPalette ? palette : undefined,
    compressed: concatBytes(data),
  };
}

function parseHeader(content: Uint8Array, name: string): { header: PngHeader; hasPalette: boolean } {
  if (content.length !== 13) throw damaged(name, 'the header chunk of the PNG has the wrong length');
  const view = new DataView(content.buffer, content.byteOffset, 13);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, type, , , interlace] = content.subarray(8) as unknown as [number, number, number, number, number];
  const colour = COLOUR_TYPES[type];
  if (width === 0 || height === 0 || interlace > 1 || !colour?.depths.includes(depth)) {
    throw damaged(
      name,
      `the PNG header claims ${width} x ${height} pixels of type ${type} with ${depth} bits, which is no PNG`,
    );
  }
  return {
    header: { width, height, depth, channels: colour.channels, interlaced: interlace === 1 },
    hasPalette: type === PALETTE_TYPE,
  };
}
