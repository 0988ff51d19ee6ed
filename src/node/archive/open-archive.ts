import { isArchive } from '../../core/archive-address.ts';
import { PatchclError } from '../../core/errors.ts';
import { type ArchiveAddress, parseArchive } from '../../dicomweb/address.ts';
import { ArchiveClient } from '../../dicomweb/client.ts';
import { authorizationFor } from './credentials.ts';
import { type FetchOptions, fetchStudies } from './fetch-studies.ts';

/** An archive that can be asked. */
export interface OpenedArchive {
  readonly client: ArchiveClient;
  readonly address: ArchiveAddress;
}

/**
 * An archive by its address, with the credentials of the environment.
 *
 * @param others addresses of other archives of the same command
 * @throws PatchclError `bad-usage`, which repeats neither address nor credentials
 */
export function openArchive(text: string, others: readonly string[] = []): OpenedArchive {
  const address = parseArchive(text);
  const origins = [address, ...others.map(parseArchive)].map(({ origin }) => origin);
  const authorization = authorizationFor(address.origin, process.env, origins);
  const client = new ArchiveClient({ base: address.base, ...(authorization !== undefined && { authorization }) });
  return { client, address };
}

/** Where data are to be read from. */
export interface DataPlace {
  readonly folder: string;
  /** What the data are called: the address of their archive, or the folder. */
  readonly name: string;
  /** Of an archive: series that could not be fetched. */
  readonly failures: readonly PatchclError[];
}

/** The folder of a data set: of an archive, one to which its studies are fetched. @throws PatchclError as `fetchStudies` */
export async function dataPlace(data: string, options: FetchOptions = {}): Promise<DataPlace> {
  if (/^https?:/i.test(data)) {
    const hint = 'An archive is given as dicomweb+https://pacs.example.org/dicom-web.';
    throw new PatchclError('bad-usage', 'data are in a folder, or in an archive', { subject: 'the address', hint });
  }
  if (!isArchive(data)) return { folder: data, name: data, failures: [] };
  const { client, address } = openArchive(data);
  return { name: data, ...(await fetchStudies(client, address, options)) };
}
