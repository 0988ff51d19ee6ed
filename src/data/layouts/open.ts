import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import type { Dataset } from '../dataset.ts';
import { assignPatients } from '../patients/assign.ts';
import type { PatientsSetting } from '../patients/setting.ts';
import { openAcdc } from './acdc.ts';
import { openDecathlon } from './decathlon.ts';
import { openDicom } from './dicom.ts';
import { openFolders } from './folders.ts';
import type { Found } from './found.ts';
import { openNnunet } from './nnunet.ts';
import { openSideBySide } from './side-by-side.ts';
import { openSsl4mis } from './ssl4mis.ts';
import { openStudioProject } from './studio.ts';

const EXPECTED = [
  'train_slices.list and val.list beside data/*.h5 (SSL4MIS)',
  'a folder images/ with a folder masks/ or labels/',
  'imagesTr/ and labelsTr/ (Medical Segmentation Decathlon, nnU-Net)',
  'patientXXX/patientXXX_frameYY.nii.gz (ACDC)',
  'DICOM series with DICOM SEG objects',
  'or scans beside their masks, as x.nii.gz and x_seg.nii.gz',
].join(', ');

/** The first reader that knows its layout takes it: those with the most certain marks come first. */
const READERS = [openSsl4mis, openNnunet, openDecathlon, openFolders, openAcdc, openDicom, openSideBySide] as const;

export interface OpenOptions {
  /** How patients are told apart; default `auto`. */
  readonly patients?: PatientsSetting;
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
export async function findDataset(files: Files, root: string, { patients = 'auto' }: OpenOptions = {}): Promise<Found> {
  const kind = await files.kind(root);
  if (kind !== 'folder') {
    const problem =
      kind === 'file' ? 'this is a file, the folder of a data set was expected' : 'there is no such folder';
    throw new PatchclError('bad-file', problem, { subject: root, hint: 'Check the path.' });
  }
  // Its scans are a data set of their own, whose patients are told apart there.
  const project = await openStudioProject(files, root, (from, data) => findDataset(from, data, { patients }));
  if (project !== undefined) return project;
  for (const open of READERS) {
    const found = await open(files, root);
    if (found !== undefined) return { ...found, dataset: await assignPatients(files, found.dataset, patients) };
  }
  const isEmpty = (await files.list(root)).length === 0;
  const problem = isEmpty ? 'the folder is empty' : 'the layout of this folder is not known';
  throw new PatchclError('bad-data', `${problem}, looked for ${EXPECTED}`, { subject: root });
}
