import { PatchclError } from '../core/errors.ts';
import type { ArchiveClient } from './client.ts';
import { boundedBody } from './limits.ts';
import { boundaryOf, onlyPart } from './multipart.ts';
import type { ArchiveSeries } from './query.ts';

/**
 * Fetches one object as it is stored.
 *
 * @param take is handed its bytes as they come in; called anew when the archive did not come to the end
 * @throws PatchclError naming the archive
 */
export async function retrieveInstance<T>(
  client: ArchiveClient,
  { study, series }: Pick<ArchiveSeries, 'study' | 'series'>,
  instance: string,
  take: (bytes: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const path = `/studies/${study}/series/${series}/instances/${instance}`;
  const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
  return client.ask({ path, accept }, async (response) => {
    const type = response.headers.get('content-type') ?? '';
    const body = boundedBody(response, client.limits.object, client.limits);
    const boundary = boundaryOf(type);
    if (boundary !== undefined) return take(onlyPart(body, boundary));
    if (/^\s*application\/dicom\s*(;|$)/i.test(type)) return take(body);
    await body.return(undefined);
    throw new PatchclError('bad-file', 'it answers with something else where a DICOM object was asked for', {
      subject: client.base,
      hint: 'Look into the log of the archive.',
    });
  });
}
