import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath, readText } from '../../core/files.ts';
import { readLabels, readVolume } from '../../formats/index.ts';
import type { Case, Dataset } from '../dataset.ts';
import { withoutLabel } from '../patients.ts';
import { readDatasetJson } from './dataset-json/read.ts';
import type { Found } from './found.ts';

const LISTS = { train: 'train_slices.list', val: 'val.list', test: 'test.list' } as const;
type Part = keyof typeof LISTS;

/** Where files may lie: training slices in a folder of their own as the authors publish them, or all in one. */
const FOLDERS = ['data/slices', 'data'] as const;

/**
 * The layout of SSL4MIS (https://github.com/HiLab-git/SSL4MIS): lists of case names beside `data/*.h5`, training as slices,
 * validation and test as whole volumes. `test.list` may be missing. Cases keep the order of the lists, training first.
 *
 * @returns undefined when there is no `train_slices.list`
 * @throws PatchclError `bad-data` or `bad-file` naming the list and the entry that do not fit.
 */
export async function openSsl4mis(files: Files, root: string): Promise<Found | undefined> {
  if ((await files.kind(joinPath(root, LISTS.train))) !== 'file') return undefined;
  const parts = { train: await readList(files, root, 'train'), val: [] as string[], test: [] as string[] };
  parts.val = await readList(files, root, 'val');
  if ((await files.kind(joinPath(root, LISTS.test))) === 'file') parts.test = await readList(files, root, 'test');
  checkParts(root, parts);
  const paths = await dataPaths(files, root);
  const known = new Map<string, Case>();
  const cases = (['train', 'val', 'test'] as const).flatMap((part) =>
    parts[part].map((id) => {
      const path = paths.get(id);
      if (path !== undefined) {
        const item = makeCase(files, id, path, known);
        known.set(id, item);
        return item;
      }
      throw new PatchclError('bad-data', `it names ${id}, but data/${id}.h5 is not there`, {
        subject: joinPath(root, LISTS[part]),
        hint: 'Copy the file there or remove the line.',
      });
    }),
  );
  const dataset: Dataset = { layout: 'ssl4mis', root, cases, parts, ...(await readDatasetJson(files, root)) };
  return { dataset, problems: [] };
}

/** Names of training slices say their volume and their place in it: `patient003_frame01_slice_7`. */
const SLICE = /^(?<volume>.+_slice_)(?<number>\d+)$/;

/** @param known all cases of the data set, in the end */
function makeCase(files: Files, id: string, path: string, known: ReadonlyMap<string, Case>): Case {
  const { volume, number } = SLICE.exec(id)?.groups ?? {};
  return {
    id,
    patient: id,
    imagePath: path,
    labelPath: path,
    image: async () => readVolume(await files.read(path), path),
    label: async () => readLabels(await files.read(path), path),
    ...(volume !== undefined && {
      neighbour: (offset: number) => {
        const item = known.get(`${volume}${Number(number) + offset}`);
        return item && withoutLabel(item);
      },
    }),
  };
}

/** One case name per line, with or without `.h5`. */
async function readList(files: Files, root: string, part: Part): Promise<string[]> {
  const path = joinPath(root, LISTS[part]);
  const lines = (await readText(files, path)).split(/\r?\n/).map((line) => line.trim().replace(/\.h5$/, ''));
  const ids = lines.filter((line) => line !== '');
  if (ids.length > 0) return ids;
  throw new PatchclError('bad-data', 'the list is empty, one case name per line was expected', { subject: path });
}

/** A case stands in one place: else validation would look better than it is. */
function checkParts(root: string, parts: Readonly<Record<Part, readonly string[]>>): void {
  const seen = new Set<string>();
  for (const part of ['train', 'val', 'test'] as const) {
    const subject = joinPath(root, LISTS[part]);
    for (const id of parts[part]) {
      if (seen.has(id)) {
        throw new PatchclError('bad-data', `${id} is listed twice`, { subject, hint: 'Remove one of the lines.' });
      }
      seen.add(id);
    }
  }
}

async function dataPaths(files: Files, root: string): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  for (const folder of FOLDERS) {
    for (const { name, kind } of await files.list(joinPath(root, folder))) {
      const id = name.replace(/\.h5$/, '');
      if (kind === 'file' && id !== name && !paths.has(id)) paths.set(id, joinPath(root, folder, name));
    }
  }
  return paths;
}
