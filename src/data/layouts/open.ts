import { isArchive } from '../../core/archive-address.ts';
import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import type { Dataset } from '../dataset.ts';
import { assignPatients } from '../patients/assign.ts';
import type { PatientsSetting } from '../patients/setting.ts';
import { openDicom } from './dicom.ts';
import { openFolders, slicesWithoutMasks } from './folders.ts';
import type { Found } from './found.ts';
import { openKnown } from './known-layout.ts';
import { nearlyNotes } from './nearly.ts';
import { openSideBySide } from './side-by-side.ts';
import { openSsl4mis } from './ssl4mis.ts';
import { openStudioProject } from './studio.ts';
import { KNOWN_LAYOUTS } from './table.ts';
import { openTrainingFolders } from './training-folders.ts';
import { type FolderTree, listTree } from './tree.ts';

const EXPECTED = [
  'train_slices.list and val.list beside data/*.h5 (SSL4MIS)',
  'a folder images/ with a folder masks/ or labels/',
  'imagesTr/ and labelsTr/ (Medical Segmentation Decathlon, nnU-Net)',
  `the files of ${KNOWN_LAYOUTS.map(({ title }) => title).join(', ')}`,
  'DICOM series with DICOM SEG objects',
  'or scans beside their masks, as x.nii.gz and x_seg.nii.gz',
].join(', ');

/** Projects whose scans are those of another project, one within the other; more lead round in a circle of links. */
const MOST_PROJECTS = 8;

export interface OpenOptions {
  /** How patients are told apart; default `auto`. */
  readonly patients?: PatientsSetting;
  /** Studio projects that this folder is the scans of, for one that leads back to itself. */
  readonly within?: readonly string[];
}

/**
 * Finds out how a data set is laid out and lists its cases. No image or mask is read before a case is asked for it.
 *
 * @throws PatchclError `bad-data` when the layout is not known or files do not fit together, `bad-file` when there is no
 *   such folder or a list cannot be read.
 * @example
 * const dataset = await openDataset(files, 'scans');
 * const split = splitDataset(dataset, { labelled: 3, valFraction: 0.2, testFraction: 0.2, seed: 1 });
 */
export async function openDataset(files: Files, root: string, options: OpenOptions = {}): Promise<Dataset> {
  const { dataset, problems } = await findDataset(files, root, options);
  if (problems[0] !== undefined) throw problems[0];
  return dataset;
}

/** As `openDataset`, but files that do not fit together are listed beside the cases that can be used. */
export async function findDataset(
  files: Files,
  root: string,
  { patients = 'auto', within = [] }: OpenOptions = {},
): Promise<Found> {
  if (isArchive(root)) {
    const hint = 'Use a command or the library in Node, which fetch its studies first.';
    throw new PatchclError('unsupported', 'an archive cannot be read as a folder here', { hint });
  }
  const kind = await files.kind(root);
  if (kind !== 'folder') {
    const problem =
      kind === 'file' ? 'this is a file, the folder of a data set was expected' : 'there is no such folder';
    throw new PatchclError('bad-file', problem, { subject: root, hint: 'Check the path.' });
  }
  // Its scans are a data set of their own, whose patients are told apart there.
  const above = [...within, files.absolute(root)];
  if (within.includes(files.absolute(root)) || above.length > MOST_PROJECTS) {
    const hint = 'Correct "data" in its studio.json: it is the folder of the scans.';
    throw new PatchclError('bad-data', 'this studio project has itself for its scans', { subject: root, hint });
  }
  const project = await openStudioProject(files, root, (from, data) =>
    findDataset(from, data, { patients, within: above }),
  );
  if (project !== undefined) return project;
  const tree = await listTree(files, root);
  const found = await read(files, tree);
  if (found !== undefined) return { ...found, dataset: await assignPatients(files, found.dataset, patients) };
  const isEmpty = (await files.list(root)).length === 0;
  const problem = isEmpty ? 'the folder is empty' : 'the layout of this folder is not known';
  const [near] = nearlyNotes(tree);
  throw new PatchclError('bad-data', `${problem}, looked for ${EXPECTED}${near === undefined ? '' : `; ${near}`}`, {
    subject: root,
  });
}

/** The first reader that knows its layout takes it: those with the most certain marks come first. */
async function read(files: Files, tree: FolderTree): Promise<Found | undefined> {
  const { root } = tree;
  const certain = (await openSsl4mis(files, root)) ?? (await openTrainingFolders(files, root));
  if (certain !== undefined) return withNearly(certain, tree);
  for (const layout of KNOWN_LAYOUTS) {
    const found = await openKnown(files, tree, layout);
    if (found !== undefined) return found;
  }
  const found =
    (await openSeries(files, tree)) ??
    (await openFolders(files, tree)) ??
    (await openDicom(files, root)) ??
    (await openSideBySide(files, tree));
  return found && withNearly(found, tree);
}

/** DICOM series within a folder of images, whose files are slices: without masks by their names, they are no scans of their own. */
async function openSeries(files: Files, tree: FolderTree): Promise<Found | undefined> {
  const images = slicesWithoutMasks(tree);
  if (images === 0) return undefined;
  const found = await openDicom(files, tree.root);
  return found !== undefined && found.dataset.cases.length < images ? found : undefined;
}

/** A data set without any mask, with what it might be otherwise. */
function withNearly(found: Found, tree: FolderTree): Found {
  if (found.dataset.cases.some(({ label }) => label !== undefined)) return found;
  const notes = [...(found.dataset.notes ?? []), ...nearlyNotes(tree)];
  return notes.length === 0 ? found : { ...found, dataset: { ...found.dataset, notes } };
}
