import { PatchclError } from '../../core/errors.ts';
import { type ImageHeader, imageHeader } from './header.ts';
import { type DicomFile, readPart10 } from './part10.ts';
import { isSegmentation, type SegHeader, segHeader } from './seg/header.ts';
import { isDicom } from './signature.ts';
import { TAG } from './tags.ts';

/** What a DICOM file is, as far as its header tells. */
export type DicomHeader =
  | { readonly kind: 'image'; readonly image: ImageHeader }
  | { readonly kind: 'segmentation'; readonly segmentation: SegHeader }
  /** Plans, reports and other objects without pixels; files that are not DICOM. */
  | { readonly kind: 'other' };

/** Headers most often fit the first of these; those of multi-frame images can be megabytes long. */
const FIRST_PART = 1 << 16;
const NEXT_PART = 16;

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
    const bytes = await readStart(length);
    const isWhole = bytes.length < length;
    if (!isDicom(bytes)) return { kind: 'other' };
    const file = readPart10(bytes, name);
    if (file.dataSet.element(TAG.PixelData) !== undefined) return describe(file, name);
    if (isWhole && file.isComplete) return { kind: 'other' };
    if (isBeyondImages(file)) return { kind: 'other' };
    if (isWhole) {
      throw new PatchclError('bad-file', 'the file ends early, within its header', {
        subject: name,
        hint: 'Copy the file again from its source, or leave it out.',
      });
    }
  }
}

function describe(file: DicomFile, name: string): DicomHeader {
  const { dataSet } = file;
  if (!isSegmentation(dataSet)) {
    return dataSet.number(TAG.Rows) === undefined
      ? { kind: 'other' }
      : { kind: 'image', image: imageHeader(file, name) };
  }
  return { kind: 'segmentation', segmentation: segHeader(dataSet, name) };
}

/** Whether what was read lies behind the place of an image's size, and there was none: no image will follow. */
function isBeyondImages({ dataSet }: DicomFile): boolean {
  const last = Math.max(0, ...dataSet.elements.keys());
  return last > TAG.Columns.id && dataSet.number(TAG.Rows) === undefined;
}
