import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import type { Dataset } from '../dataset.ts';
import { openFolders } from './folders.ts';
import { openSsl4mis } from './ssl4mis.ts';

const EXPECTED =
  'train_slices.list and val.list beside data/*.h5 (the SSL4MIS layout), or a folder images/ with a folder masks/ or labels/';

/**
 * Finds out how a data set is laid out and lists its cases. No image or mask is read before a case is asked for it.
 *
 * @throws PatchclError `bad-data` when the layout is not known or files do not fit together, `bad-file` when there is no
 *   such folder or a list cannot be read.
 * @example
 * const dataset = await openDataset(files, 'scans');
 * const split = splitDataset(dataset, { labelled: 3, valFraction: 0.2, testFraction: 0.2, seed: 1 });
 */
export async function openDataset(files: Files, root: string): Promise<Dataset> {
  const kind = await files.kind(root);
  if (kind !== 'folder') {
    const problem =
      kind === 'file' ? 'this is a file, the folder of a data set was expected' : 'there is no such folder';
    throw new PatchclError('bad-file', problem, { subject: root, hint: 'Check the path.' });
  }
  const dataset = (await openSsl4mis(files, root)) ?? (await openFolders(files, root));
  if (dataset !== undefined) return dataset;
  const isEmpty = (await files.list(root)).length === 0;
  const problem = isEmpty ? 'the folder is empty' : 'the layout of this folder is not known';
  throw new PatchclError('bad-data', `${problem}, looked for ${EXPECTED}`, { subject: root });
}
