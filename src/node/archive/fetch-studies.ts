import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PatchclError } from '../../core/errors.ts';
import { stem } from '../../core/files.ts';
import { mapConcurrently } from '../../data/concurrency.ts';
import type { ArchiveAddress } from '../../dicomweb/address.ts';
import type { ArchiveClient } from '../../dicomweb/client.ts';
import {
  type ArchiveSeries,
  findInstances,
  findSeries,
  findStudies,
  type WantedSeries,
  wantedSeries,
} from '../../dicomweb/query.ts';
import { retrieveInstance } from '../../dicomweb/retrieve.ts';
import { readDicomHeader, readDicomIdentity, type SegHeader } from '../../formats/index.ts';
import { errorCode } from '../error-code.ts';
import { writeError } from '../file-errors.ts';
import { nodeFiles } from '../node-files.ts';
import { ArchiveCache } from './cache.ts';
import { type CachePlace, cachePlace } from './cache-place.ts';
import { newView } from './data-view.ts';

/** Requests to an archive at once. */
const AT_ONCE = 6;

/** Times that an object is fetched that another process removes from the cache meanwhile. */
const ATTEMPTS = 4;

export interface FetchOptions {
  /** Whether segmentations and structure sets are wanted too. Default: yes. */
  readonly masks?: boolean;
  /** Called as objects come in. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Called with what a person should know: sentences without the final stop. */
  readonly onNote?: (note: string) => void;
  /** Default: where the environment says. */
  readonly place?: CachePlace;
}

/** What was fetched. */
export interface FetchedStudies {
  /** Has a folder for each study, and in it one for each series; it is there as long as this process is. */
  readonly folder: string;
  /** Series that could not be fetched whole: they are not in the folder. */
  readonly failures: readonly PatchclError[];
}

/**
 * Fetches the studies that an address means into the cache. A series that cannot be fetched costs itself.
 *
 * @throws PatchclError naming the archive when it has no such scan, or cannot be asked
 */
export async function fetchStudies(
  client: ArchiveClient,
  address: ArchiveAddress,
  options: FetchOptions = {},
): Promise<FetchedStudies> {
  const { masks = true, onNote = () => undefined, onProgress = () => undefined } = options;
  const place = options.place ?? cachePlace();
  const { studies, notes } = await findStudies(client, address);
  for (const note of notes) onNote(note);
  const found = (await mapConcurrently(studies, AT_ONCE, (study) => findSeries(client, study))).flat();
  const wanted = wantedSeries(found, address.filters);
  if (wanted.scans.length === 0) {
    const problem = `none of its ${studies.length} studies holds a scan that is asked for`;
    throw new PatchclError('bad-data', problem, { subject: client.base, hint: 'Check the filters of the address.' });
  }
  if (wanted.others.size > 0) {
    const kinds = [...wanted.others].map(([modality, count]) => `${modality} ${count}`).join(', ');
    onNote(`${client.base}: series that are neither scans nor masks are not fetched (${kinds})`);
  }
  const series = masks ? [...wanted.scans, ...wanted.masks] : wanted.scans;
  const instances = await mapConcurrently(series, AT_ONCE, (one) => findInstances(client, one));
  const total = instances.reduce((sum, { length }) => sum + length, 0);
  const source = { client, cache: new ArchiveCache(place, client.base), place, view: newView(place.folder) };
  const failures: PatchclError[] = [];
  let done = 0;
  for (const [i, one] of series.entries()) {
    try {
      await fetchSeries(source, one, instances[i] as readonly string[], () => onProgress(++done, total));
    } catch (error) {
      if (!(error instanceof PatchclError) || error.code === 'unwritable') throw error;
      failures.push(await leftOut(source.view, one, error));
    }
  }
  if (failures.length === series.length) throw failures[0];
  if (masks) await leaveOutMasks(source.view, wanted, onNote);
  return { folder: source.view, failures };
}

interface Source {
  readonly client: ArchiveClient;
  readonly cache: ArchiveCache;
  readonly place: CachePlace;
  readonly view: string;
}

/** Makes the folder of a series. */
async function fetchSeries(
  { client, cache, place, view }: Source,
  one: ArchiveSeries,
  instances: readonly string[],
  onInstance: () => void,
): Promise<void> {
  const there = await cache.has(one);
  const folder = join(view, one.study, one.series);
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause) => {
    throw writeError(view, cause);
  });
  await mapConcurrently(instances, AT_ONCE, async (instance) => {
    let isThere = there.has(instance);
    for (let attempt = 1; ; attempt++) {
      if (!isThere) await fetchInstance(client, cache, one, instance);
      if (await cache.linkTo(one, instance, join(folder, `${instance}.dcm`))) break;
      isThere = false;
      if (attempt >= ATTEMPTS) throw gone(place);
    }
    onInstance();
  });
}

/** Half a series would be taken for a whole one. */
async function leftOut(view: string, { study, series }: ArchiveSeries, error: PatchclError): Promise<PatchclError> {
  await rm(join(view, study, series), { recursive: true, force: true });
  const { code, problem, subject, hint } = error;
  return new PatchclError(code, `the series ${series} could not be fetched: ${problem}`, {
    ...(subject !== undefined && { subject }),
    ...(hint !== undefined && { hint }),
    cause: error,
  });
}

/** Takes masks away that are of series which are not asked for, and what models have predicted: neither is to be learned from. */
async function leaveOutMasks(
  view: string,
  { scans, masks }: WantedSeries,
  onNote: (note: string) => void,
): Promise<void> {
  const isScan = new Set(scans.map(({ series }) => series));
  const instances = new Set<string>();
  for (const { study, series } of scans)
    for (const name of await namesIn(join(view, study, series))) instances.add(stem(name));
  let [foreign, predicted] = [0, 0];
  for (const { study, series } of masks) {
    for (const name of await namesIn(join(view, study, series))) {
      const path = join(view, study, series, name);
      const mask = await segmentationIn(path);
      if (mask === undefined) continue;
      const refers =
        mask.series.some((uid) => isScan.has(uid)) || [...mask.instances].some((uid) => instances.has(uid));
      if (refers && mask.isPrediction !== true) continue;
      if (refers) predicted++;
      else foreign++;
      await rm(path, { force: true });
    }
  }
  const masksOf = (count: number) => (count === 1 ? '1 segmentation is' : `${count} segmentations are`);
  if (foreign > 0) onNote(`${masksOf(foreign)} of series that are not asked for, and left out`);
  if (predicted > 0)
    onNote(`${masksOf(predicted)} what patchcl predict has sent, and left out: no model should learn from them`);
}

const namesIn = (folder: string) => readdir(folder).catch(() => [] as string[]);

/** @returns undefined for what is none, or damaged: whoever reads the folder says so */
async function segmentationIn(path: string): Promise<SegHeader | undefined> {
  try {
    const header = await readDicomHeader((length) => nodeFiles().readStart(path, length), path);
    return header.kind === 'segmentation' ? header.segmentation : undefined;
  } catch (error) {
    if (error instanceof PatchclError) return undefined;
    throw error;
  }
}

async function fetchInstance(
  client: ArchiveClient,
  cache: ArchiveCache,
  one: ArchiveSeries,
  instance: string,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await retrieveInstance(client, one, instance, (bytes) =>
        cache.keep(one, instance, bytes, (path) => refuseOther(client, one, instance, path)),
      );
    } catch (error) {
      // Another process has made room where this one was writing.
      const isRemoved = error instanceof PatchclError && errorCode(error.cause) === 'ENOENT';
      if (!isRemoved || attempt >= ATTEMPTS) throw error;
    }
  }
}

const gone = ({ folder }: CachePlace) =>
  new PatchclError('unwritable', 'other processes remove what is fetched as fast as it comes in', {
    subject: folder,
    hint: 'Set PATCHCL_CACHE_GB to more.',
  });

/** What an archive sends must be what it was asked for: it would stand in the cache under a name that is not its own. */
async function refuseOther(client: ArchiveClient, one: ArchiveSeries, instance: string, path: string): Promise<void> {
  const found = await readDicomIdentity((length) => nodeFiles().readStart(path, length), instance).catch((error) => {
    // Of a coding that is not read, which whoever reads the folder says.
    if (error instanceof PatchclError && error.code === 'unsupported') return { ...one, instance };
    throw error;
  });
  const isMeant = found?.instance === instance && found.series === one.series && found.study === one.study;
  if (isMeant) return;
  throw new PatchclError('bad-file', `it sends another object than the one asked for, ${instance}`, {
    subject: client.base,
    hint: 'Look into the log of the archive.',
  });
}
