import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../data/layouts/open.ts';
import { parseArchive } from '../../dicomweb/address.ts';
import { ArchiveClient } from '../../dicomweb/client.ts';
import { type FakeArchive, fakeArchive, sendPart } from '../../dicomweb/testing/fake-archive.ts';
import { TAG } from '../../formats/dicom/tags.ts';
import { makeImage } from '../../formats/dicom/testing/make-dicom.ts';
import { stacksOfFiles } from '../../formats/dicom/testing/open-files.ts';
import { writeDicomSeg } from '../../formats/index.ts';
import { nodeFiles } from '../node-files.ts';
import { cachePlace } from './cache-place.ts';
import { type FetchOptions, fetchStudies } from './fetch-studies.ts';

let root: string;
let archive: FakeArchive;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'patchcl-archive-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(async () => archive?.close());

/** A series of three slices of a study. */
const series = (study: string, number: number) =>
  [0, 1, 2].map((z) =>
    makeImage({
      series: `1.2.${study}.${number}`,
      instance: z + 1,
      patient: `P${study}`,
      position: [0, 0, 2 * z],
      more: [[TAG.StudyInstanceUID, `1.2.${study}`]],
    }),
  );

/** A mask of a series that paints one voxel. */
async function maskOf(images: readonly Uint8Array[], voxel: number, more: { description?: string } = {}) {
  const files = Object.fromEntries(images.map((bytes, i) => [`${i}.dcm`, bytes]));
  const { stacks } = await stacksOfFiles(files);
  const [stack] = stacks as [(typeof stacks)[0]];
  const data = new Uint8Array(36);
  data[voxel] = 1;
  let count = 0;
  const uid = () => `2.25.${voxel}${++count}`;
  const options = {
    stack,
    source: images[0] as Uint8Array,
    classes: ['background', 'heart'],
    uid,
    now: new Date(0),
    version: '1',
    ...more,
  };
  return writeDicomSeg({ data, shape: [3, 3, 4], geometry: stack.geometry }, options);
}

let cases = 0;
const environment = (more = {}) => ({ PATCHCL_CACHE: join(root, `cache${++cases}`), ...more });

async function fetched(options: FetchOptions & { query?: string } = {}) {
  const notes: string[] = [];
  const client = new ArchiveClient({ base: archive.base, limits: { attempts: 2, pause: 5 } });
  const address = parseArchive(`dicomweb+${archive.base}${options.query ?? ''}`);
  const place = options.place ?? cachePlace(environment());
  const result = await fetchStudies(client, address, { ...options, place, onNote: (note) => notes.push(note) });
  const names = readdirSync(result.folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.dcm'),
  );
  return { ...result, notes, names: names.sort() };
}

describe('studies of an archive', () => {
  it('come as a data set, each mask on its own series', async () => {
    // Two series in one study, in one place: the mask is of the second.
    const [first, second] = [series('7', 1), series('7', 2)];
    archive = await fakeArchive([...first, ...second, await maskOf(second, 17)]);
    const { folder, failures, notes } = await fetched();
    expect([failures, notes]).toEqual([[], []]);
    const { cases } = await openDataset(nodeFiles(), folder);
    expect(cases.map(({ id, patient, label }) => [id, patient, label !== undefined])).toEqual([
      ['1.2.7_1.2.7.1', 'P7', false],
      ['1.2.7_1.2.7.2', 'P7', true],
    ]);
    const mask = await cases[1]?.label?.();
    expect([...(mask?.data ?? [])].indexOf(1)).toBe(17);
  });

  it('leave out masks of what is not asked for, and predictions', async () => {
    const [first, second] = [series('7', 1), series('7', 2)];
    const prediction = await maskOf(first, 5, { description: 'Prediction by patchcl' });
    archive = await fakeArchive([...first, ...second, await maskOf(second, 17), prediction, await maskOf(first, 3)]);
    const { notes, names } = await fetched({ query: '?SeriesInstanceUID=1.2.7.1' });
    expect(names).toHaveLength(4);
    expect(notes).toEqual([
      '1 segmentation is of series that are not asked for, and left out',
      '1 segmentation is what patchcl predict has sent, and left out: no model should learn from them',
    ]);
    expect((await fetched({ masks: false })).names).toHaveLength(6);
  });

  it('are fetched once, and kept where nobody else can read', async () => {
    archive = await fakeArchive(series('7', 1));
    const place = cachePlace(environment());
    await fetched({ place });
    const before = archive.requests.filter((request) => /instances\/./.test(request)).length;
    const again = await fetched({ place });
    const after = archive.requests.filter((request) => /instances\/./.test(request)).length;
    expect([before, after, again.names.length]).toEqual([3, 3, 3]);
    const all = readdirSync(place.folder, { recursive: true, encoding: 'utf8' }).map((name) =>
      statSync(join(place.folder, name)),
    );
    expect(new Set(all.map((found) => (found.mode & 0o777).toString(8)))).toEqual(new Set(['700', '600']));
    expect(statSync(place.folder).mode & 0o777).toBe(0o700);
  });

  it('can be fetched by several at once', async () => {
    archive = await fakeArchive([...series('7', 1), ...series('8', 1)]);
    const place = cachePlace(environment());
    const all = await Promise.all([fetched({ place }), fetched({ place }), fetched({ place })]);
    expect(all.map(({ names }) => names.length)).toEqual([6, 6, 6]);
    expect(
      readdirSync(place.folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.fetch-')),
    ).toEqual([]);
  });

  it('make room for others, and stay where they are in use', async () => {
    archive = await fakeArchive([...series('7', 1), ...series('8', 1)]);
    const size = (makeImage().length * 4) / 1e9;
    const place = cachePlace(environment({ PATCHCL_CACHE_GB: String(size) }));
    const first = await fetched({ place, query: '?PatientID=P7' });
    const second = await fetched({ place, query: '?PatientID=P8' });
    expect([first.names.length, second.names.length]).toEqual([3, 3]);
    const objects = readdirSync(join(place.folder, 'objects'), { recursive: true, encoding: 'utf8' });
    expect(objects.filter((name) => name.endsWith('.dcm'))).toHaveLength(3);
    expect((await openDataset(nodeFiles(), first.folder)).cases).toHaveLength(1);
    await expect(fetched({ place })).rejects.toThrow(
      'GB that the cache may hold. Choose fewer with a filter or a limit',
    );
  });

  it('that cannot be fetched whole cost themselves', async () => {
    archive = await fakeArchive([...series('7', 1), ...series('8', 1)]);
    archive.intercept = (_, response, path) => {
      if (!path.endsWith('/instances/1.2.7.1.2')) return false;
      response.writeHead(500).end();
      return true;
    };
    const { names, failures } = await fetched();
    expect(names).toHaveLength(3);
    expect(failures.map(({ message }) => message)).toEqual([
      `${archive.base}: the series 1.2.7.1 could not be fetched: it answers with status 500. Look into the log of the archive.`,
    ]);
  });

  it('are refused where the archive sends something else', async () => {
    archive = await fakeArchive(series('7', 1));
    for (const bytes of [makeImage(), new Uint8Array(500)]) {
      archive.intercept = (_, response, path) => {
        if (!path.includes('/instances/')) return false;
        sendPart(response, bytes);
        return true;
      };
      await expect(fetched()).rejects.toThrow('it sends another object than the one asked for, 1.2.7.1.');
    }
  });

  it('tell by name what is neither scan nor mask', async () => {
    const report = makeImage({
      series: '1.2.7.9',
      more: [
        [TAG.StudyInstanceUID, '1.2.7'],
        [TAG.Modality, 'SR'],
      ],
    });
    archive = await fakeArchive([...series('7', 1), report]);
    const { notes, names } = await fetched();
    expect([notes, names.length]).toEqual([
      [`${archive.base}: series that are neither scans nor masks are not fetched (SR 1)`],
      3,
    ]);
    await expect(fetched({ query: '?Modality=MR' })).rejects.toThrow(
      'none of its 1 studies holds a scan that is asked for',
    );
  });
});

describe('the cache', () => {
  it('takes nobody else’s folder and no link', () => {
    const target = join(root, 'elsewhere');
    mkdirSync(target);
    const base = join(root, 'linked');
    mkdirSync(base);
    symlinkSync(target, join(base, 'dicomweb'));
    expect(() => cachePlace({ PATCHCL_CACHE: base })).toThrow('the folder for fetched scans is not your own');
  });

  it('closes a folder that was open', () => {
    const base = join(root, 'open');
    mkdirSync(join(base, 'dicomweb'), { recursive: true });
    chmodSync(join(base, 'dicomweb'), 0o755);
    expect(statSync(cachePlace({ PATCHCL_CACHE: base }).folder).mode & 0o777).toBe(0o700);
  });

  it('is bounded by a number', () => {
    expect(() => cachePlace({ PATCHCL_CACHE: join(root, 'x'), PATCHCL_CACHE_GB: 'much' })).toThrow(
      'PATCHCL_CACHE_GB: it is not a number above 0',
    );
  });

  it('forgets what a process that is gone had in use', async () => {
    archive = await fakeArchive(series('7', 1));
    const place = cachePlace(environment());
    const left = join(place.folder, 'views', '0123456789abcdef');
    await fetched({ place });
    const [own] = readdirSync(join(place.folder, 'views')) as [string];
    mkdirSync(left);
    const owner = JSON.parse(readFileSync(join(place.folder, 'views', own, 'owner.json'), 'utf8'));
    await nodeFiles().write(join(left, 'owner.json'), JSON.stringify({ ...owner, start: '1' }));
    await fetched({ place });
    expect(existsSync(left)).toBe(false);
    expect(existsSync(join(place.folder, 'views', own))).toBe(true);
  });

  it('removes a folder whose process was killed before it said whose it is, after a day', async () => {
    archive = await fakeArchive(series('7', 1));
    const place = cachePlace(environment());
    const [old, young] = ['0123456789abcdef', 'fedcba9876543210'].map((name) => join(place.folder, 'views', name));
    for (const view of [old, young] as string[]) mkdirSync(view, { recursive: true });
    const yesterday = new Date(Date.now() - 25 * 3600 * 1000);
    utimesSync(old as string, yesterday, yesterday);
    await fetched({ place });
    expect([old, young].map((view) => existsSync(view as string))).toEqual([false, true]);
  });
});
