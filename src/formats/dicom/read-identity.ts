import { isGzip } from '../gzip.ts';
import { readPart10 } from './part10.ts';
import { isDicom } from './signature.ts';
import { TAG } from './tags.ts';

/** Which object a file holds, and of which series and study it is; empty where the file does not say. */
export interface DicomIdentity {
  readonly study: string;
  readonly series: string;
  readonly instance: string;
}

const FIRST_PART = 1 << 16;
const NEXT_PART = 16;

/**
 * Reads which object a file holds, and no more of the file than it takes.
 *
 * @param readStart gives the first bytes of the file, fewer when the file is shorter
 * @returns undefined for files that are not DICOM, compressed ones included
 * @throws PatchclError `bad-file` for a damaged header, `unsupported` for an unknown transfer syntax
 */
export async function readDicomIdentity(
  readStart: (length: number) => Promise<Uint8Array>,
  name: string,
): Promise<DicomIdentity | undefined> {
  for (let length = FIRST_PART; ; length *= NEXT_PART) {
    const start = await readStart(length);
    if (isGzip(start) || !isDicom(start)) return undefined;
    const { dataSet } = readPart10(start, name);
    const series = dataSet.text(TAG.SeriesInstanceUID);
    if (series === undefined && start.length >= length) continue;
    return {
      study: dataSet.text(TAG.StudyInstanceUID) ?? '',
      series: series ?? '',
      instance: dataSet.text(TAG.SOPInstanceUID) ?? '',
    };
  }
}
