import { PatchclError } from '../../core/errors.ts';
import { baseName, type Files, readText, stem } from '../../core/files.ts';
import type { Case, Dataset } from '../dataset.ts';
import { pathBelow } from '../layouts/path-below.ts';
import { parsePatientTable } from './table.ts';

/**
 * How patients are told apart: `auto` by the data; `scan`, each scan is of a patient of its own; a number, the folder at that level (1
 * is the outermost below the data set, -1 the one the scan lies in); the path of a CSV file with the columns scan and patient; or a
 * regular expression with a group, for the path of a scan below the data set.
 */
export type PatientsSetting = number | string;

const SUBJECT = 'data.patients';
const isTable = (setting: string) => /\.(csv|tsv|txt)$/i.test(setting);

/** What is wrong with a setting, whatever the data; undefined when nothing is. */
export function problemOfPatients(setting: PatientsSetting): string | undefined {
  if (typeof setting === 'number') return setting === 0 ? 'folders are counted from 1, or from -1 upwards' : undefined;
  if (setting === 'auto' || setting === 'scan' || isTable(setting)) return undefined;
  try {
    const groups = new RegExp(`${setting}|`).exec('')?.length ?? 0;
    return groups > 1 ? undefined : 'the pattern needs a group in brackets around the patient, as ^(p\\d+)_';
  } catch (cause) {
    return `this is no regular expression (${cause instanceof Error ? cause.message : cause})`;
  }
}

/**
 * Gives each case the patient that a setting says.
 *
 * @throws PatchclError `bad-config` naming cases that the setting says nothing about, `bad-file` for a table that cannot be read
 */
export async function overrulePatients(files: Files, dataset: Dataset, setting: PatientsSetting): Promise<Dataset> {
  const problem = problemOfPatients(setting);
  if (problem !== undefined) throw new PatchclError('bad-config', problem, { subject: SUBJECT });
  const { patientOf, rule, expected } = await rulerOf(files, dataset.root, setting);
  const patients = dataset.cases.map(patientOf);
  const missing = dataset.cases.filter((_, i) => (patients[i] ?? '') === '');
  if (missing.length > 0) {
    const named = missing.slice(0, 3).map(({ id, imagePath }) => (imagePath ? pathBelow(dataset.root, imagePath) : id));
    const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
    throw new PatchclError('bad-config', `${expected}: ${named.join(', ')}${more}`, {
      subject: SUBJECT,
      hint: 'Change the setting so that every scan has a patient.',
    });
  }
  const cases = dataset.cases.map((item, i) => ({ ...item, patient: patients[i] as string }));
  return { ...dataset, cases, patients: { rule } };
}

interface Ruler {
  readonly patientOf: (item: Case) => string | undefined;
  readonly rule: string;
  /** What was found to be missing where a case has no patient. */
  readonly expected: string;
}

async function rulerOf(files: Files, root: string, setting: PatientsSetting): Promise<Ruler> {
  const below = ({ imagePath, id }: Case) => pathBelow(root, imagePath ?? id).normalize('NFC');
  if (setting === 'scan') {
    const rule = 'each scan is of a patient of its own, as data.patients says';
    return { patientOf: ({ id }) => id, rule, expected: '' };
  }
  if (typeof setting === 'number') {
    const rule = `a folder is a patient, the one of level ${setting}, as data.patients says`;
    const patientOf = (item: Case) =>
      below(item)
        .split('/')
        .slice(0, -1)
        .at(setting > 0 ? setting - 1 : setting);
    return { patientOf, rule, expected: `there is no folder of level ${setting} above some scans` };
  }
  if (isTable(setting)) {
    const table = parsePatientTable(await readText(files, setting), setting);
    const keysOf = (item: Case) => {
      const path = below(item);
      return [item.id, path, path.replace(/(\.nii)?\.[^./]+$/i, ''), baseName(path), stem(path)];
    };
    const patientOf = (item: Case) => keysOf(item).flatMap((key) => table.get(key.normalize('NFC')) ?? [])[0];
    return { patientOf, rule: `patients are those of ${setting}`, expected: `${setting} has no line for some scans` };
  }
  const pattern = new RegExp(setting, 'u');
  const patientOf = (item: Case) => {
    const found = pattern.exec(below(item));
    return found?.groups?.patient ?? found?.slice(1).find((group) => group !== undefined);
  };
  const expected = `the pattern ${setting} does not fit some scans`;
  return { patientOf, rule: `paths state the patient by the pattern ${setting} of data.patients`, expected };
}
