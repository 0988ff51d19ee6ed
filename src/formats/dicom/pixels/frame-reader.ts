import { damaged, unfit, unsupported } from '../../damaged.ts';
import type { Element } from '../data-set.ts';
import { decodeJpeg } from '../jpeg/decode.ts';
import type { DicomFile } from '../part10.ts';
import { TAG } from '../tags.ts';
import { expand422, ybrToRgb } from './colour.ts';
import { frameFragments } from './fragments.ts';
import { applyModalityTable, paletteColours } from './lookup-table.ts';
import { type Cells, readCells } from './native.ts';
import { checkClaim, type PixelFormat, pixelFormat } from './pixel-format.ts';
import { decodeRle } from './rle.ts';
import { decodeJpeg2000, decodeJpegLs } from './wasm-codecs.ts';

/** Gives the frames of one file, decoded when they are asked for. */
export interface FrameReader {
  readonly format: PixelFormat;
  /** 1, or 3 for colour images. */
  readonly channels: 1 | 3;
  /** Stored values of a frame, or what a Modality LUT makes of them, [channels, rows, columns]: colours as RGB, MONOCHROME1 turned so that more is brighter. */
  readonly read: (frame: number) => Promise<Float32Array>;
}

/** Raw samples of a frame, and how they are to be understood. */
interface Samples {
  readonly cells: Cells;
  /** Bits that count, from `shift` upwards. */
  readonly bits: number;
  readonly shift: number;
  readonly isPlanar: boolean;
  /** Whether three samples are certainly YCbCr. */
  readonly isYcc?: boolean;
}

type Source = (frame: number) => Promise<Samples>;

/**
 * Prepares the frames of a file.
 *
 * @throws PatchclError `bad-file` when the file holds no image or not all of it, `unsupported` for pixels that are not read.
 */
export function frameReader(file: DicomFile, name: string): FrameReader {
  const format = pixelFormat(file, name);
  const { rows, columns, photometric, samplesPerPixel } = format;
  const source = frameSource(file, format, name);
  const isPalette = photometric === 'PALETTE COLOR';
  return {
    format,
    channels: isPalette || samplesPerPixel === 3 ? 3 : 1,
    read: async (frame) => {
      const samples = await source(frame);
      const planes = toPlanes(samples, format, rows * columns);
      if (isPalette) return paletteColours(planes, file.dataSet, name);
      const isYbr = /^YBR_(FULL|FULL_422)$/.test(photometric) || (photometric === 'RGB' && samples.isYcc === true);
      if (samplesPerPixel === 3 && isYbr) ybrToRgb(planes);
      const tableBits = samplesPerPixel === 1 ? applyModalityTable(planes, file.dataSet, name) : undefined;
      if (photometric === 'MONOCHROME1') {
        invert(planes, tableBits ?? samples.bits, tableBits === undefined && format.isSigned);
      }
      return planes;
    },
  };
}

function frameSource(file: DicomFile, format: PixelFormat, name: string): Source {
  const pixelData = file.dataSet.element(TAG.PixelData);
  if (pixelData === undefined) {
    if (file.isComplete) throw unfit(name, 'it holds no pixel data', 'Leave it out.');
    throw damaged(name, 'the file ends early, before its pixel data');
  }
  if (pixelData.fragments === undefined) return nativeSource(file, format, name);
  if (pixelData.claimedLength !== undefined) throw damaged(name, 'the file ends early, within its pixel data');
  checkClaim(
    format,
    pixelData.fragments.reduce((sum, { length }) => sum + length, 0),
    name,
  );
  const fragments = frameFragments(file.dataSet, format.frames, name);
  const decode = compressedSource(file, format, name);
  return (frame) => decode(fragments[frame] as Uint8Array);
}

function nativeSource({ dataSet, syntax }: DicomFile, format: PixelFormat, name: string): Source {
  if (syntax.compression !== 'none')
    throw unfit(name, `its pixel data are not compressed as ${syntax.name}, which its header says`, 'Write it again.');
  const { vr, bytes, claimedLength } = dataSet.element(TAG.PixelData) as Element;
  const { rows, columns, samplesPerPixel, bitsAllocated, frames } = format;
  const is422 = format.photometric === 'YBR_FULL_422' && samplesPerPixel === 3;
  const cellsPerFrame = rows * columns * (is422 ? 2 : samplesPerPixel);
  const needed = Math.ceil((cellsPerFrame * frames * bitsAllocated) / 8);
  if (bytes.length < needed) {
    const end = claimedLength === undefined ? '' : 'the file ends early: ';
    throw damaged(name, `${end}its pixel data hold ${bytes.length} of ${needed} bytes`);
  }
  const layout = { bitsAllocated, littleEndian: syntax.littleEndian, inWords: vr === 'OW' };
  return async (frame) => {
    const cells = readCells(bytes, frame * cellsPerFrame, cellsPerFrame, layout, name);
    return { ...stored(format), cells: is422 ? expand422(cells) : cells, isPlanar: format.isPlanar && !is422 };
  };
}

/** Stored values as the header describes them. */
function stored({ bitsStored, highBit }: PixelFormat): Pick<Samples, 'bits' | 'shift'> {
  return { bits: bitsStored, shift: highBit + 1 - bitsStored };
}

function compressedSource(
  { syntax }: DicomFile,
  format: PixelFormat,
  name: string,
): (bytes: Uint8Array) => Promise<Samples> {
  const { rows: height, columns: width, samplesPerPixel: channels, bitsAllocated } = format;
  const size = { height, width };
  const little = { littleEndian: true, inWords: false };
  const checkChannels = (components: number) => {
    if (components !== channels) throw damaged(name, `its pixels have ${components} samples, expected ${channels}`);
  };
  switch (syntax.compression) {
    case 'none':
      return async (bytes) => {
        const cells = readCells(bytes, 0, width * height * channels, { ...little, bitsAllocated }, name);
        return { ...stored(format), cells, isPlanar: format.isPlanar };
      };
    case 'rle':
      return async (bytes) => {
        if (bitsAllocated % 8 !== 0) throw unsupported(name, 'RLE of single bits is not read', 'Save it uncompressed.');
        const decoded = decodeRle(bytes, { pixels: width * height, channels, bytesPerSample: bitsAllocated / 8 }, name);
        const cells = readCells(decoded, 0, width * height * channels, { ...little, bitsAllocated }, name);
        return { ...stored(format), cells, isPlanar: true };
      };
    case 'jpeg':
      return async (bytes) => {
        const { samples, components, precision, saysYcc } = decodeJpeg(bytes, size, name);
        checkChannels(components);
        return { cells: samples, bits: precision, shift: 0, isPlanar: false, isYcc: saysYcc };
      };
    default: {
      const decode = syntax.compression === 'jpeg-ls' ? decodeJpegLs : decodeJpeg2000;
      return async (bytes) => {
        const { bytes: decoded, bitsPerSample, componentCount, isPlanar } = await decode(bytes, size, name);
        checkChannels(componentCount);
        const layout = { ...little, bitsAllocated: bitsPerSample > 8 ? 16 : 8 };
        const cells = readCells(decoded, 0, width * height * channels, layout, name);
        return { cells, bits: bitsPerSample, shift: 0, isPlanar };
      };
    }
  }
}

/** Numbers by plane: bits outside of the stored ones (old overlays) are dropped, the sign is taken from the highest one. */
function toPlanes(samples: Samples, { samplesPerPixel, isSigned }: PixelFormat, pixels: number): Float32Array {
  const { cells, bits, shift, isPlanar } = samples;
  const planes = new Float32Array(pixels * samplesPerPixel);
  const sign = isSigned ? 2 ** (bits - 1) : 0;
  const range = 2 ** bits;
  for (let i = 0; i < planes.length; i++) {
    const at = isPlanar ? i : (i % pixels) * samplesPerPixel + Math.floor(i / pixels);
    const value = Math.floor((cells[at] as number) / 2 ** shift) % range;
    planes[i] = isSigned && value >= sign ? value - range : value;
  }
  return planes;
}

/** MONOCHROME1 shows the lowest value brightest. */
function invert(planes: Float32Array, bits: number, isSigned: boolean): void {
  const sum = isSigned ? -1 : 2 ** bits - 1;
  for (let i = 0; i < planes.length; i++) planes[i] = sum - (planes[i] as number);
}
