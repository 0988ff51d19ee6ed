import { PatchclError } from '../core/errors.ts';
import type { ArchiveClient } from './client.ts';
import { itemsOf, numbersOf, type QidoItem, textOf } from './json.ts';
import { asOnlyPart } from './multipart.ts';
import { findInstances } from './query.ts';

/** An object to be sent to an archive. */
export interface StoredObject {
  readonly study: string;
  readonly series: string;
  readonly instance: string;
}

/** Whether an archive holds an object. @throws PatchclError naming the archive */
export async function isStored(client: ArchiveClient, object: StoredObject): Promise<boolean> {
  return (await findInstances(client, object)).includes(object.instance);
}

const FAILED = '00081198';
const REASON = '00081197';
const STORED = '00081199';
const INSTANCE = '00081155';

/** Statuses of a store that failed in whole (409) or in part (202): the answer says which object and why. */
const FAILURES = [202, 409];

/**
 * Sends an object to an archive, and makes sure that it is there. Nothing that the archive holds is sent again: an object of
 * the same UID is left as it is.
 *
 * @returns whether it was sent; false when it was there already
 * @throws PatchclError naming the archive, when it does not take the object
 */
export async function storeInstance(client: ArchiveClient, object: StoredObject, bytes: Uint8Array): Promise<boolean> {
  if (await isStored(client, object)) return false;
  const post = asOnlyPart(bytes, `patchcl-${crypto.randomUUID()}`);
  const { study, instance } = object;
  await client.ask(
    { path: `/studies/${study}`, accept: 'application/dicom+json', post, taken: FAILURES },
    async (response) => refuseFailed(jsonOf(await client.textOf(response)), response.status, client, instance),
  );
  if (await isStored(client, object)) return true;
  const hint = 'Look into the log of the archive.';
  throw new PatchclError('unreachable', 'it says that it took the object, but does not have it', {
    subject: client.base,
    hint,
  });
}

function refuseFailed(answer: QidoItem, status: number, client: ArchiveClient, instance: string): void {
  const isOurs = (item: QidoItem) => textOf(item, INSTANCE) === instance;
  const failed = itemsOf(answer, FAILED).find((item) => isOurs(item) || textOf(item, INSTANCE) === '');
  const isTaken = itemsOf(answer, STORED).some(isOurs);
  if (failed === undefined && (isTaken || status !== 409)) return;
  const [reason] = failed === undefined ? [] : numbersOf(failed, REASON);
  // It was sent before, and the answer got lost: whether it is really there is asked next.
  if (reason === THERE_ALREADY) return;
  const why =
    reason === undefined
      ? ''
      : ` (failure reason ${reason.toString(16).toUpperCase().padStart(4, '0')}H${MEANINGS.get(reason) ?? ''})`;
  throw new PatchclError('unreachable', `it does not take the object${why}`, {
    subject: client.base,
    hint: 'Look into the log of the archive.',
  });
}

const THERE_ALREADY = 0x0111;

/** PS3.18 table 10.5.3-2 names those of PS3.4. */
const MEANINGS = new Map([
  [0xa700, ', out of resources'],
  [0xa900, ', not of the study'],
  [0xc000, ', not understood'],
  [0x0110, ', a failure in processing'],
  [0x0122, ', a class that it does not store'],
  [0x0124, ', not allowed'],
]);

function jsonOf(text: string): QidoItem {
  try {
    const answer: unknown = JSON.parse(text);
    const [first] = Array.isArray(answer) ? answer : [answer];
    return typeof first === 'object' && first !== null ? (first as QidoItem) : {};
  } catch {
    // Whether the object is there is asked in any case.
    return {};
  }
}
