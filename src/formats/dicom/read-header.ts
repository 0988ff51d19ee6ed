import { damaged } from '../damaged.ts';
import { inflateHead, isGzip } from '../gzip.ts';
import { type ImageHeader, imageHeader } from './header.ts';
import { objectName } from './kinds.ts';
import { type DicomFile, readPart10 } from './part10.ts';
import { isStructureSet, structuresHeader } from './rtstruct/header.ts';
import { isSegmentation, type SegHeader, segHeader } from './seg/header.ts';
import { isDicom } from './signature.ts';
import { TAG } from './tags.ts';

/** What a DICOM file is, as far as its header tells. */
export type DicomHeader =
  | { readonly kind: 'image'; readonly image: ImageHeader }
  | { readonly kind: 'segmentation'; readonly segmentation: SegHeader }
  /** Plans, reports and other objects without pixels, with what they are; files that are not DICOM, without. */
  | { readonly kind: 'other'; readonly what?: string };

/** Headers most often fit the first of these; those of multi-frame images can be megabytes long. */
const FIRST_PART = 1 << 16;
const NEXT_PART = 16;
/** Headers of compressed files seldom shrink by more; the next part is read then. */
const HEADER_RATIO = 8;

/**
 * Reads the header of a file, and no more of the file than it takes.
 *
 * @param readStart gives the first bytes of the file, fewer when the file is shorter
 * @returns `other` for files that are not DICOM or hold no image
 * @throws PatchclError `bad-file` for a DICOM file whose header is damaged, `unsupported` for an unknown transfer syntax.
 */
export async function readDicomHeader(
  readStart: (length: number) => Promise<Uint8Array>,
  name: string,
): Promise<DicomHeader> {
  for (let length = FIRST_PART; ; length *= NEXT_PART) {
    const start = await readStart(length);
    const isWhole = start.length < length;
    const bytes = isGzip(start) ? inflateHead(start, name, length * HEADER_RATIO) : start;
    if (!isDicom(bytes)) return { kind: 'other' };
    const file = readPart10(bytes, name);
    if (file.dataSet.element(TAG.PixelData) !== undefined) return describe(file, name);
    // The contours behind the names of the regions may be many megabytes.
    const isNamed = isStructureSet(file.dataSet) && file.dataSet.element(TAG.StructureSetROISequence) !== undefined;
    if (isNamed || (isWhole && file.isComplete) || isBeyondImages(file)) return otherObject(file, name);
    if (isWhole) {
      throw damaged(name, 'the file ends early, within its header');
    }
  }
}

function describe(file: DicomFile, name: string): DicomHeader {
  const { dataSet } = file;
  if (!isSegmentation(dataSet)) {
    return dataSet.number(TAG.Rows) === undefined
      ? otherObject(file, name)
      : { kind: 'image', image: imageHeader(file, name) };
  }
  return { kind: 'segmentation', segmentation: segHeader(dataSet, name) };
}

/** The directory of a medium names no class; it is not worth a word. */
function otherObject({ dataSet }: DicomFile, name: string): DicomHeader {
  if (isStructureSet(dataSet)) return { kind: 'segmentation', segmentation: structuresHeader(dataSet, name) };
  const sopClass = dataSet.text(TAG.SOPClassUID);
  if (sopClass === undefined) return { kind: 'other' };
  return { kind: 'other', what: objectName(sopClass) ?? 'a DICOM object without an image' };
}

/** Whether what was read lies behind the place of an image's size, and there was none: no image will follow. */
function isBeyondImages({ dataSet }: DicomFile): boolean {
  let last = 0;
  for (const id of dataSet.elements.keys()) last = Math.max(last, id);
  return last > TAG.Columns.id && dataSet.number(TAG.Rows) === undefined && !isStructureSet(dataSet);
}
