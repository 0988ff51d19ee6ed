import { PatchclError } from '../core/errors.ts';
import type { Case, Dataset } from '../data/dataset.ts';
import type { Geometry } from '../imaging/volume.ts';

/**
 * A data set of the caller's: cases whose scans and masks come from wherever its functions get them.
 *
 * @example
 * const data: DatasetInput = {
 *   classes: ['background', 'heart'],
 *   cases: ids.map((id) => ({ id, patient: id, image: () => loadScan(id), label: () => loadMask(id) })),
 * };
 */
export interface DatasetInput {
  /** Leave `label` out of a case that nobody has annotated. */
  readonly cases: readonly Case[];
  /** Names it in messages and in the run's record. Default: `own data`. */
  readonly name?: string;
  /** Class names by label value; 0 is background. Default: as many as the highest label value says. */
  readonly classes?: readonly string[];
  /** What each image channel shows: `CT`, `T1`, ... A CT is windowed. */
  readonly channels?: readonly string[];
  /** Ids of the cases of each part. Default: parts are drawn by patient. */
  readonly parts?: Dataset['parts'];
}

/** The data set that training reads. @throws PatchclError `bad-data` for cases that are no cases, here or when they are read */
export function datasetFrom({ cases, name = 'own data', classes, channels, parts }: DatasetInput): Dataset {
  const seen = new Set<string>();
  for (const [index, item] of cases.entries()) {
    const subject = `${name}, case ${index + 1}`;
    if (typeof item.id !== 'string' || typeof item.patient !== 'string' || typeof item.image !== 'function') {
      const hint = 'Give each case an id and a patient (texts) and image, a function that gives a Volume.';
      throw new PatchclError('bad-data', 'this is not a case', { subject, hint });
    }
    if (seen.has(item.id)) {
      throw new PatchclError('bad-data', `two cases have the id "${item.id}"`, { subject, hint: 'Make ids unique.' });
    }
    seen.add(item.id);
  }
  return {
    layout: 'own',
    root: name,
    cases: cases.map(checkedCase),
    ...(classes && { classes }),
    ...(channels && { channels }),
    ...(parts && { parts }),
  };
}

/** The same case, whose arrays are looked at when they are read. */
function checkedCase(item: Case): Case {
  const { id, image, label } = item;
  return {
    ...item,
    image: async () => {
      const volume = await image();
      checkArray(id, 'scan', volume, Float32Array, ['channels', 'depth', 'height', 'width']);
      return volume;
    },
    ...(label && {
      label: async () => {
        const volume = await label();
        checkArray(id, 'mask', volume, Uint8Array, ['depth', 'height', 'width']);
        return volume;
      },
    }),
  };
}

/** An array with its shape, as a caller's function has given it. */
interface Given {
  readonly data: unknown;
  readonly shape: readonly number[];
  readonly geometry: Geometry;
}

type ArrayType = typeof Float32Array | typeof Uint8Array;

function checkArray(id: string, what: 'scan' | 'mask', given: Given, type: ArrayType, axes: readonly string[]): void {
  const problem = problemOf(given, type, axes);
  if (problem === undefined) return;
  const expected = `a ${type.name} of [${axes.join(', ')}] with a geometry was expected`;
  throw new PatchclError('bad-data', `${problem}, ${expected}`, { subject: `${id}, ${what}` });
}

function problemOf({ data, shape, geometry }: Given, type: ArrayType, axes: readonly string[]): string | undefined {
  if (!(data instanceof type)) return 'its data is of another kind';
  if (shape?.length !== axes.length) return `its shape is [${shape}]`;
  const size = shape.reduce((product, length) => product * length, 1);
  if (data.length !== size) return `it has ${data.length} values, its shape [${shape}] means ${size}`;
  return geometry?.spacing?.length === 3 ? undefined : 'its geometry has no spacing of three numbers';
}
