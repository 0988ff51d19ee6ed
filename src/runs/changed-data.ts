import { PatchclError } from '../core/errors.ts';
import type { Case } from '../data/dataset.ts';
import type { PreparedRun } from './prepare-run.ts';

/** Reads scans and masks once more whose files were written since, so that the watch of the run knows what has changed. */
export async function readChangedAgain({
  dataset,
  watch,
  fileWatch,
}: Pick<PreparedRun, 'dataset' | 'watch' | 'fileWatch'>): Promise<void> {
  const changed = new Set(await fileWatch.changed());
  if (changed.size === 0) return;
  const known = new Set(dataset.cases.flatMap(({ imagePath, labelPath }) => [imagePath, labelPath]));
  // A file that no case names, as the second channel of a scan or a later slice of a series, may belong to any.
  const isAny = [...changed].some((path) => !known.has(path));
  const isChanged = (path: string | undefined) => isAny || (path !== undefined && changed.has(path));
  for (const item of dataset.cases) {
    if (watch.knows(item, 'image') && isChanged(item.imagePath)) await again(item, item.imagePath, item.image);
    if (item.label && watch.knows(item, 'label') && isChanged(item.labelPath))
      await again(item, item.labelPath, item.label);
  }

  async function again(item: Case, path: string | undefined, read: () => Promise<unknown>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof PatchclError)) throw error;
      watch.addGone(path ?? item.id);
    }
  }
}
