import { type Files, stem } from '../../core/files.ts';
import { isVolumeFile } from '../../formats/index.ts';
import type { Case, Dataset } from '../dataset.ts';
import { pathBelow } from '../layouts/path-below.ts';
import { decidePatients, type ScanPlace } from './decide.ts';
import { overrulePatients, type PatientsSetting } from './setting.ts';

/** `NAME_0000`: the first channel of a case. */
const CHANNEL = /_\d{4}$/;

/**
 * The data set with the patient of each case, by `setting` or else by what its layout knows (DICOM headers, folders of a known
 * collection), or else by the names of all its files and folders.
 *
 * @throws PatchclError `bad-config` for a setting that does not fit the data, `bad-file` for its table
 */
export async function assignPatients(files: Files, dataset: Dataset, setting: PatientsSetting): Promise<Dataset> {
  if (setting !== 'auto') return overrulePatients(files, dataset, setting);
  if (dataset.patients !== undefined || dataset.cases.length === 0) return dataset;
  const places = dataset.cases.map((item) => placeOf(item, dataset.root));
  const isNumbered = places.every(({ name }) => name.endsWith('_0000'));
  const named = isNumbered ? places.map((place) => ({ ...place, name: place.name.replace(CHANNEL, '') })) : places;
  const { patients, decision } = decidePatients(named);
  const cases = dataset.cases.map((item, i) => ({ ...item, patient: patients[i] as string }));
  return { ...dataset, cases, patients: decision };
}

function placeOf({ id, imagePath = id }: Case, root: string): ScanPlace {
  const folders = pathBelow(root, imagePath).split('/').slice(0, -1);
  const name = stem(imagePath).normalize('NFC');
  const isChannel = CHANNEL.test(name) && id.normalize('NFC').endsWith(name.replace(CHANNEL, ''));
  return { id, folders, name: isChannel ? name.replace(CHANNEL, '') : name, isVolume: isVolumeFile(imagePath) };
}
