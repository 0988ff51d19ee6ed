import { PatchclError } from '../core/errors.ts';
import { refuseFilter } from './filters.ts';

/** An archive, and which of its studies are meant. */
export interface ArchiveAddress {
  /** Where its services are, without a slash at the end: `https://pacs.example.org/dicom-web`. Holds no name and no password. */
  readonly base: string;
  /** Scheme, host and port: whom credentials are for. */
  readonly origin: string;
  /** By the names of `FILTERS`. */
  readonly filters: ReadonlyMap<string, string>;
  /** Most studies. */
  readonly limit?: number;
}

const EXAMPLE = 'dicomweb+https://pacs.example.org/dicom-web?Modality=MR&limit=30';

/** The sentence repeats nothing of what was given: it may hold a password. */
const refusal = (problem: string, hint = `An archive is given as ${EXAMPLE}.`) =>
  new PatchclError('bad-usage', problem, { subject: 'the address of the archive', hint });

/**
 * Reads the address of an archive.
 *
 * @throws PatchclError `bad-usage`, which never repeats the address
 */
export function parseArchive(text: string): ArchiveAddress {
  const [, address] = /^dicomweb\+(https?:\/\/.*)$/is.exec(text) ?? [];
  if (address === undefined) throw refusal('it does not begin with dicomweb+https:// or dicomweb+http://');
  const url = urlOf(address);
  if (url === undefined) throw refusal('it is not a URL');
  if (url.username !== '' || url.password !== '' || /^https?:\/\/[^/?#]*@/i.test(address)) {
    throw refusal(
      'it holds a user name or a password, which others can read in the list of processes',
      'Leave them out: set PATCHCL_DICOMWEB_USER and PATCHCL_DICOMWEB_PASSWORD, or PATCHCL_DICOMWEB_TOKEN.',
    );
  }
  if (url.hash !== '') throw refusal('it has a part behind #, which means nothing here');
  const filters = new Map<string, string>();
  let limit: number | undefined;
  for (const [name, value] of url.searchParams) {
    if (filters.has(name) || (name === 'limit' && limit !== undefined)) throw refusal(`it says ${name} twice`);
    if (name === 'limit') limit = limitOf(value);
    else {
      refuseFilter(name, value);
      filters.set(name, value);
    }
  }
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  return { base, origin: url.origin, filters, ...(limit !== undefined && { limit }) };
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function limitOf(value: string): number {
  const limit = Number(value);
  if (/^\d+$/.test(value) && limit >= 1 && Number.isSafeInteger(limit)) return limit;
  throw refusal('its limit is not a whole number from 1 on');
}
