import { damaged, unfit, unsupported } from '../../damaged.ts';
import { objectName } from '../kinds.ts';
import type { DicomFile } from '../part10.ts';
import { TAG } from '../tags.ts';

/** How an image's pixels are described by its header (PS3.3 C.7.6.3). */
export interface PixelFormat {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly samplesPerPixel: number;
  readonly photometric: string;
  /** Whether colours are stored plane by plane. */
  readonly isPlanar: boolean;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly isSigned: boolean;
}

/** Larger than any detector or display in use; a claim beyond it is taken as damage. */
const MAX_FRAME_PIXELS = 1 << 28;
/** No compressed image of real content comes near one byte for so many pixels; small ones may be blank. */
const MAX_PIXELS_PER_BYTE = 4096;
const SMALL_IMAGE = 1 << 22;

/**
 * The pixel format of a file, checked before anything is allocated.
 *
 * @throws PatchclError `bad-file` when the file holds no image or claims an impossible one, `unsupported` for pixels that are
 *   not read.
 */
export function pixelFormat({ dataSet, isComplete }: DicomFile, name: string): PixelFormat {
  const number = (tag: (typeof TAG)[keyof typeof TAG]) => dataSet.number(tag);
  const [rows, columns] = [number(TAG.Rows), number(TAG.Columns)];
  if (rows === undefined || columns === undefined) throw noImage(dataSet.text(TAG.SOPClassUID), isComplete, name);
  const bitsAllocated = number(TAG.BitsAllocated) ?? 16;
  const bitsStored = Math.min(number(TAG.BitsStored) ?? bitsAllocated, bitsAllocated);
  const samplesPerPixel = number(TAG.SamplesPerPixel) ?? 1;
  const frames = number(TAG.NumberOfFrames) ?? 1;
  const isPossible =
    rows > 0 && columns > 0 && rows * columns <= MAX_FRAME_PIXELS && Number.isInteger(frames) && frames >= 1;
  if (!isPossible)
    throw damaged(name, `its header claims an impossible image of ${columns} x ${rows} x ${frames} pixels`);
  if (samplesPerPixel !== 1 && samplesPerPixel !== 3) {
    throw unsupported(name, `pixels of ${samplesPerPixel} samples are not read`, 'Convert it to grey or RGB.');
  }
  return {
    rows,
    columns,
    frames,
    samplesPerPixel,
    photometric: dataSet.text(TAG.PhotometricInterpretation) ?? (samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2'),
    isPlanar: number(TAG.PlanarConfiguration) === 1,
    bitsAllocated,
    bitsStored: bitsStored > 0 ? bitsStored : bitsAllocated,
    highBit: Math.min(Math.max(number(TAG.HighBit) ?? bitsStored - 1, bitsStored - 1), bitsAllocated - 1),
    isSigned: number(TAG.PixelRepresentation) === 1,
  };
}

/** @throws PatchclError `bad-file` when compressed pixel data claim more pixels than they can hold. */
export function checkClaim({ rows, columns, frames }: PixelFormat, compressedBytes: number, name: string): void {
  const pixels = rows * columns * frames;
  if (pixels <= Math.max(SMALL_IMAGE, compressedBytes * MAX_PIXELS_PER_BYTE)) return;
  throw damaged(
    name,
    `its header claims ${pixels} pixels, more than its ${compressedBytes} bytes of pixel data can hold`,
  );
}

function noImage(sopClass: string | undefined, isComplete: boolean, name: string) {
  const what = objectName(sopClass);
  if (what !== undefined) return unfit(name, `this DICOM file is ${what}, not an image`, 'Leave it out.');
  if (!isComplete) return damaged(name, 'the file ends early, before its image');
  return unfit(name, 'this DICOM file holds no image', 'Leave it out.');
}
