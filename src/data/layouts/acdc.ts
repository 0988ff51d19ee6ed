import { type Files, joinPath } from '../../core/files.ts';
import { append } from '../../core/lists.ts';
import { canRead } from '../../formats/index.ts';
import type { Case } from '../dataset.ts';
import { readDatasetJson } from './dataset-json/read.ts';
import { fileCase } from './file-case.ts';
import type { Found } from './found.ts';
import { foldersIn, imageFiles } from './image-files.ts';
import { pairBeside } from './pairing.ts';

const PATIENT = /^patient\d+$/;
const FRAME = /^patient\d+_frame\d+(_gt)?$/;

/** What tells patients apart. */
const RULE = 'a folder is a patient, as the layout has it';

/** The order of the label values in the published masks. */
const CLASSES = ['background', 'right ventricle', 'myocardium', 'left ventricle'] as const;

/**
 * ACDC as published (https://www.creatis.insa-lyon.fr/Challenge/acdc): `patientXXX/patientXXX_frameYY.nii.gz` with
 * `..._gt.nii.gz`; the cine `..._4d.nii.gz` is left alone. With `training/` and `testing/` beside each other, the annotated
 * scans of `testing/` are for the final test, the others are unlabelled.
 *
 * @returns undefined when there are no such folders
 * @throws PatchclError `bad-file` for a broken `dataset.json`.
 */
export async function openAcdc(files: Files, root: string): Promise<Found | undefined> {
  const folders = await foldersIn(files, root);
  if (!folders.some((name) => PATIENT.test(name)) && !folders.includes('training')) return undefined;
  const problems: Found['problems'][number][] = [];
  const casesIn = async (...path: string[]) => {
    const cases: Case[] = [];
    for (const patient of (await foldersIn(files, joinPath(...path))).filter((name) => PATIENT.test(name))) {
      const found = await patientCases(files, joinPath(...path, patient), patient);
      append(cases, found.cases);
      append(problems, found.problems);
    }
    return cases;
  };
  const own = [...(await casesIn(root)), ...(await casesIn(root, 'training'))];
  const testing = await casesIn(root, 'testing');
  if (own.length === 0) return undefined;
  const stated = await readDatasetJson(files, root);
  const test = testing.filter((item) => item.label !== undefined);
  const train = [...own, ...testing.filter((item) => item.label === undefined)];
  const ids = (cases: readonly Case[]) => cases.map(({ id }) => id);
  const parts = test.length === 0 ? {} : { parts: { train: ids(train), val: [], test: ids(test) } };
  return {
    dataset: {
      layout: 'acdc',
      root,
      classes: CLASSES,
      ...stated,
      cases: [...train, ...test],
      patients: { rule: RULE },
      ...parts,
    },
    problems,
  };
}

async function patientCases(files: Files, folder: string, patient: string) {
  const { byStem } = await imageFiles(files, folder);
  const frames = new Map([...byStem].filter(([name, path]) => FRAME.test(name) && canRead(path)));
  const { pairs, problems } = pairBeside(frames);
  const cases = pairs.map(({ name, imagePath, labelPath }) =>
    fileCase(files, {
      id: name,
      patient,
      imagePaths: [imagePath],
      ...(labelPath === undefined ? {} : { labelPath }),
    }),
  );
  return { cases, problems };
}
