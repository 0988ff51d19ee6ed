import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath } from '../../core/files.ts';
import { schemeOf, valuesIn } from '../../data/classes.ts';
import { readDatasetJson } from '../../data/layouts/dataset-json/read.ts';
import type { LabelVolume } from '../../imaging/volume.ts';
import type { MaskPair } from './mask-pairs.ts';

/** More distinct values than this are grey levels, not classes. */
const MOST_CLASSES = 64;

export type ReadMask = (path: string) => Promise<LabelVolume>;

/** The first `dataset.json` in the given folders or right above them. */
export async function statedClasses(files: Files, roots: readonly string[]) {
  for (const root of roots.flatMap((path) => [path, joinPath(path, '..')])) {
    const found = await readDatasetJson(files, root);
    if (found.classes !== undefined || found.ignoreLabel !== undefined) return found;
  }
  return {};
}

export interface FindClassesOptions {
  readonly stated: Awaited<ReturnType<typeof statedClasses>>;
  readonly ignore: number | undefined;
  readonly read: ReadMask;
  readonly fail: (id: string, subject: string, error: unknown) => void;
}

/** All label values of both sides are classes. What cannot be read is told, and not read again. */
export async function findClasses(pairs: readonly MaskPair[], { stated, ignore, read, fail }: FindClassesOptions) {
  const named = stated.classes === undefined ? [] : (stated.labelValues ?? stated.classes.map((_, value) => value));
  const values = new Set([0, ...named]);
  const readable: MaskPair[] = [];
  for (const pair of pairs) {
    let subject = pair.mask;
    try {
      const wanted = valuesIn((await read(pair.mask)).data);
      subject = pair.prediction;
      const found = [...wanted, ...valuesIn((await read(pair.prediction)).data)];
      if (new Set(found).size > MOST_CLASSES) {
        const hint = 'Point to masks that hold class indices, not to scans.';
        throw new PatchclError('bad-data', `there are ${new Set(found).size} label values in mask and prediction`, {
          subject,
          hint,
        });
      }
      for (const value of found) values.add(value);
      readable.push(pair);
    } catch (error) {
      fail(pair.id, subject, error);
    }
  }
  if (ignore !== undefined) values.delete(ignore);
  const sorted = [...values].sort((a, b) => a - b);
  const all = sorted.length > 1 ? sorted : [...sorted, ...[1, 2].filter((value) => value !== ignore)].slice(0, 2);
  const classes = all.map((value, klass) => stated.classes?.[value] ?? (klass === 0 ? 'background' : `class ${value}`));
  return { scheme: schemeOf({ classes, values: all, ignore }), readable };
}
