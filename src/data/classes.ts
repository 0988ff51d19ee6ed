import { PatchclError } from '../core/errors.ts';
import { mapConcurrently } from './concurrency.ts';
import type { Case, Dataset } from './dataset.ts';
import { maxLabel } from './read-case.ts';

/** More distinct values than this are grey levels, not classes. */
export const MOST_INFERRED = 64;

/**
 * The number of classes in the masks of the labelled training cases: the highest label value plus 1, at least 2.
 *
 * @throws PatchclError `bad-data` when a mask holds values that cannot be class indices.
 */
export async function inferClasses(labelled: readonly Case[], concurrency = 4): Promise<number> {
  const highest = await mapConcurrently(labelled, concurrency, async (item) => {
    const value = item.label === undefined ? 0 : maxLabel(await item.label());
    if (value < MOST_INFERRED) return value;
    throw new PatchclError('bad-data', `the value ${value} was found, a mask holds class indices: 0, 1, 2, ...`, {
      subject: item.labelPath ?? item.id,
      hint: 'Save masks without smoothing or lossy compression, or state the classes under "labels" in dataset.json.',
    });
  });
  return highest.reduce((most, value) => Math.max(most, value + 1), 2);
}

/** `background`, `class 1`, `class 2`, ... */
export function defaultClassNames(count: number): string[] {
  return Array.from({ length: count }, (_, k) => (k === 0 ? 'background' : `class ${k}`));
}

/** Class names by label value: those the data set states, else as many as the labelled training masks use. */
export async function resolveClasses(dataset: Dataset, labelled: readonly Case[]): Promise<readonly string[]> {
  return dataset.classes ?? defaultClassNames(await inferClasses(labelled));
}
