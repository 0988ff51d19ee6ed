import { PatchclError } from '../core/errors.ts';
import { append } from '../core/lists.ts';
import type { ArchiveAddress } from './address.ts';
import type { ArchiveClient } from './client.ts';
import { FILTERS, type Filter, isMeant, isUid } from './filters.ts';
import { type QidoItem, textOf } from './json.ts';

/** Studies asked for at once: archives give less than they have. */
const PAGE = 200;

/** More are no data set but a mistake. */
const MOST_STUDIES = 20_000;
const MOST_SERIES = 10_000;
const MOST_INSTANCES = 200_000;

/** A series in an archive. */
export interface ArchiveSeries {
  readonly study: string;
  readonly series: string;
  readonly modality: string;
}

/** What an archive was asked for and has. */
export interface FoundStudies {
  /** Study instance UIDs, each once. */
  readonly studies: readonly string[];
  /** Sentences without the final stop. */
  readonly notes: readonly string[];
}

/**
 * The studies that an address means.
 *
 * @throws PatchclError `unreachable` or `bad-file` naming the archive, `bad-data` when it names no study
 */
export async function findStudies(client: ArchiveClient, { filters, limit }: ArchiveAddress): Promise<FoundStudies> {
  const studies = new Set<string>();
  const seen = new Set<string>();
  let passedOver = 0;
  const most = limit ?? MOST_STUDIES;
  for (let offset = 0; studies.size < most; ) {
    // One more than are wanted, to know whether there are more.
    const page = await client.list(`/studies?${query(filters, { limit: Math.min(PAGE, most + 1), offset })}`);
    const before = seen.size;
    for (const item of page) {
      const uid = uidIn(item, FILTERS.StudyInstanceUID as Filter, client);
      if (seen.has(uid)) continue;
      seen.add(uid);
      if (isMeant(item, filters, 'study')) studies.add(uid);
      else passedOver++;
    }
    // An archive that does not know offsets answers the same again.
    if (seen.size === before) break;
    offset += page.length;
  }
  if (limit === undefined && studies.size >= MOST_STUDIES) {
    throw refusal(
      client,
      `it has more than ${MOST_STUDIES} such studies`,
      'Choose among them, as with StudyDate, or give a limit.',
    );
  }
  if (studies.size === 0) {
    const asked =
      filters.size === 0 ? 'it holds no study' : `it holds no study of this ${[...filters.keys()].join(', ')}`;
    throw refusal(client, asked, 'Check the filters of its address.');
  }
  const all = [...studies];
  const notes: string[] = [];
  if (passedOver > 0)
    notes.push(`${client.base} names ${passedOver} studies that were not asked for; they are left out`);
  if (all.length > most) notes.push(`${client.base} has more such studies than the ${most} that its limit allows`);
  return { studies: all.slice(0, most), notes };
}

/** The series of a study, all of them. @throws PatchclError as `findStudies` */
export async function findSeries(
  client: ArchiveClient,
  study: string,
): Promise<(ArchiveSeries & { item: QidoItem })[]> {
  const found = new Map<string, ArchiveSeries & { item: QidoItem }>();
  const more = new URLSearchParams({ includefield: (FILTERS.SeriesDescription as Filter).tag });
  for await (const item of pages(client, `/studies/${study}/series?${more}`, MOST_SERIES)) {
    const series = uidIn(item, FILTERS.SeriesInstanceUID as Filter, client);
    found.set(series, { study, series, modality: textOf(item, (FILTERS.Modality as Filter).tag), item });
  }
  return [...found.values()];
}

const SOP_INSTANCE: Filter = { level: 'series', tag: '00080018', kind: 'uid' };

/** SOP instance UIDs of a series; none where the archive does not hold it. @throws PatchclError as `findStudies` */
export async function findInstances(
  client: ArchiveClient,
  { study, series }: Pick<ArchiveSeries, 'study' | 'series'>,
): Promise<readonly string[]> {
  const found = new Set<string>();
  for await (const item of pages(client, `/studies/${study}/series/${series}/instances?`, MOST_INSTANCES)) {
    found.add(uidIn(item, SOP_INSTANCE, client));
  }
  return [...found];
}

/** All items of a list that an archive may give in parts. */
async function* pages(client: ArchiveClient, path: string, most: number): AsyncGenerator<QidoItem> {
  const seen = new Set<string>();
  for (let offset = 0; ; ) {
    const page = await client.list(offset === 0 ? path : `${path}&offset=${offset}`, [404]);
    const before = seen.size;
    for (const item of page) {
      const key = textOf(item, SOP_INSTANCE.tag) || textOf(item, (FILTERS.SeriesInstanceUID as Filter).tag);
      if (seen.has(key)) continue;
      seen.add(key);
      yield item;
    }
    if (seen.size > most) throw refusal(client, `it names more than ${most} objects of one kind`, 'Look into it.');
    offset += page.length;
    if (page.length === 0 || seen.size === before) return;
  }
}

function query(filters: ReadonlyMap<string, string>, page: { limit: number; offset: number }): string {
  const query = new URLSearchParams();
  for (const [name, value] of filters) if (FILTERS[name]?.level === 'study') query.append(name, value);
  const asked = [FILTERS.StudyDescription, FILTERS.ModalitiesInStudy, FILTERS.StudyID] as Filter[];
  for (const { tag } of asked) query.append('includefield', tag);
  for (const [name, value] of Object.entries(page)) if (value > 0) query.append(name, String(value));
  return String(query);
}

/** @throws PatchclError for a UID that is none: it would be part of a path */
function uidIn(item: QidoItem, { tag }: Filter, client: ArchiveClient): string {
  const uid = textOf(item, tag).trim();
  if (isUid(uid)) return uid;
  throw new PatchclError('bad-file', 'it names an object by something that is no UID', {
    subject: client.base,
    hint: 'Look for the object in the archive, or leave it out with a filter.',
  });
}

function refusal(client: ArchiveClient, problem: string, hint: string): PatchclError {
  return new PatchclError('bad-data', problem, { subject: client.base, hint });
}

/** Series of which kinds hold neither a scan nor masks, by their modality. */
const NO_SCANS =
  'SR PR KO DOC PLAN RTPLAN RTDOSE RTRECORD RTSEGANN AU ECG EPS HD REG FID RWV STAIN SMR TEXTUREMAP RESP EEG EMG EOG'.split(
    ' ',
  );
const MASKS = ['SEG', 'RTSTRUCT'];

/** What series of the studies are wanted. */
export interface WantedSeries {
  readonly scans: readonly ArchiveSeries[];
  readonly masks: readonly ArchiveSeries[];
  /** How many were passed over that hold neither, by modality. */
  readonly others: ReadonlyMap<string, number>;
}

/** Looks for the series of studies: the scans that filters allow, and all masks, which tell by themselves what they are of. */
export function wantedSeries(
  found: readonly (ArchiveSeries & { item: QidoItem })[],
  filters: ReadonlyMap<string, string>,
): WantedSeries {
  const [scans, masks]: [ArchiveSeries[], ArchiveSeries[]] = [[], []];
  const others = new Map<string, number>();
  for (const { item, ...series } of found) {
    const { modality } = series;
    if (MASKS.includes(modality)) append(masks, [series]);
    else if (NO_SCANS.includes(modality)) others.set(modality, (others.get(modality) ?? 0) + 1);
    else if (isMeant(item, filters, 'series')) append(scans, [series]);
  }
  return { scans, masks, others };
}
