import { inflateHead, isGzip } from '../gzip.ts';
import { type IdentityFacts, identityFacts } from './identity-tags.ts';
import { readPart10 } from './part10.ts';
import { isDicom } from './signature.ts';

/** All that is looked at stands in front of pixels, in far less. */
const START = 1 << 18;
const HEADER_RATIO = 8;

/**
 * What in a file's header may tell who somebody is.
 *
 * @param readStart gives the first bytes of the file, fewer when the file is shorter
 * @returns undefined for files that are not DICOM
 * @throws PatchclError for a damaged header
 */
export async function readIdentityFacts(
  readStart: (length: number) => Promise<Uint8Array>,
  name: string,
): Promise<IdentityFacts | undefined> {
  const start = await readStart(START);
  const bytes = isGzip(start) ? inflateHead(start, name, START * HEADER_RATIO) : start;
  return isDicom(bytes) ? identityFacts(readPart10(bytes, name).dataSet) : undefined;
}
