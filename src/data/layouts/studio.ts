import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath } from '../../core/files.ts';
import { isVolumeFile } from '../../formats/index.ts';
import { reorient } from '../../imaging/orientation.ts';
import { IGNORED, type LabelVolume, type Volume } from '../../imaging/volume.ts';
import type { Case, Dataset } from '../dataset.ts';
import { decidePatients } from '../patients/decide.ts';
import { readCase } from '../read-case.ts';
import { withIgnored } from '../studio-labels/given-mask.ts';
import { type CurrentLabel, readCurrentLabels } from '../studio-labels/read-labels.ts';
import { safeId } from '../studio-labels/safe-id.ts';
import {
  labelFolder,
  presentClasses,
  readStudioSettings,
  STUDIO_FILES,
  type StudioSettings,
} from '../studio-labels/settings.ts';
import { openDicom } from './dicom.ts';
import { fileCase } from './file-case.ts';
import type { Found } from './found.ts';
import { foldersIn, imageFiles } from './image-files.ts';

/** The scans of a studio project but those that were left out, with the masks that lay beside them; the studio's own labels are not looked at. */
export interface StudioScans {
  readonly found: Found;
  readonly uploaded: readonly Case[];
}

export async function studioScans(
  files: Files,
  { data, uploads, leftOut = [] }: Pick<StudioSettings, 'data' | 'uploads' | 'leftOut'>,
  findDataset: (files: Files, root: string) => Promise<Found>,
): Promise<StudioScans> {
  const { dataset, problems } = await findDataset(files, data);
  const isKept = ({ id }: Case) => !leftOut.includes(id);
  const uploaded = uploads === undefined ? [] : await uploadedCases(files, uploads);
  // Labels are kept in folders of these names, and pages ask by them.
  const safe = (item: Case): Case => ({ ...item, id: safeId(item.id) });
  const { parts } = dataset;
  const safeParts = parts && {
    train: parts.train.map((id) => safeId(id)),
    val: parts.val.map((id) => safeId(id)),
    test: parts.test.map((id) => safeId(id)),
  };
  const cases = dataset.cases.map((item) => withIgnored(safe(item), dataset.ignoreLabel)).filter(isKept);
  return {
    found: { dataset: { ...dataset, cases, ...(safeParts && { parts: safeParts }) }, problems },
    uploaded: uploaded.map(safe).filter(isKept),
  };
}

/** Scans lie side by side; DICOM series in folders of their own. */
async function uploadedCases(files: Files, folder: string): Promise<Case[]> {
  const { byStem } = await imageFiles(files, folder);
  const scans = [...byStem].map(([id, path]) => ({ id, name: id, folders: [], isVolume: isVolumeFile(path), path }));
  const { patients } = decidePatients(scans);
  const single = scans.map(({ id, path }, i) =>
    fileCase(files, { id, patient: patients[i] ?? id, imagePaths: [path] }),
  );
  const series: Case[] = [];
  for (const name of await foldersIn(files, folder)) {
    const found = await openDicom(files, joinPath(folder, name));
    for (const item of found?.dataset.cases ?? []) {
      const id = found?.dataset.cases.length === 1 ? name : `${name}_${item.id}`;
      series.push({ ...item, id });
    }
  }
  return [...single, ...series];
}

/** A scan, or what lies on it, as the studio counts its slices. */
export function turned<T extends Volume | LabelVolume>(volume: T, orientation: string | undefined): T {
  return orientation === undefined ? volume : reorient(volume, orientation);
}

/**
 * A folder that `patchcl studio` keeps: the scans of its data set with the labels drawn in the studio. Cases are labelled on
 * the slices that have one; where the data set has a mask of a case, it holds for the other slices.
 *
 * @param findDataset how the folder of the scans is read
 * @returns undefined when there is no `studio.json`
 */
export async function openStudioProject(
  files: Files,
  root: string,
  findDataset: (files: Files, root: string) => Promise<Found>,
): Promise<Found | undefined> {
  if ((await files.kind(joinPath(root, STUDIO_FILES.settings))) !== 'file') return undefined;
  const settings = await readStudioSettings(files, root);
  const { found, uploaded } = await studioScans(files, settings, findDataset);
  const cases: Case[] = [];
  const val = new Set(found.dataset.parts?.val);
  for (const item of found.dataset.cases) cases.push(await labelledCase(files, root, item, settings, val.has(item.id)));
  for (const item of uploaded) {
    const labelled = await labelledCase(files, root, item, settings, false);
    if (labelled.label !== undefined) cases.push(labelled);
  }
  const { channels, patients, notes } = found.dataset;
  const dataset: Dataset = {
    layout: 'studio',
    root,
    classes: presentClasses(settings).map((value) => settings.classes[value] as string),
    ...(channels && { channels }),
    ...(patients && { patients }),
    ...(notes && { notes }),
    ...(found.dataset.ignoreLabel !== undefined && { ignoreLabel: IGNORED }),
    cases,
    parts: partsOf(cases, settings, found.dataset.parts),
  };
  return { dataset, problems: found.problems };
}

/** The data set's own parts for validation and test are kept; the studio's validation patients join the first. */
function partsOf(
  cases: readonly Case[],
  { validation }: StudioSettings,
  own: Dataset['parts'],
): NonNullable<Dataset['parts']> {
  const kept = new Set(cases.map(({ id }) => id));
  const isTest = ({ id }: Case) => own?.test.includes(id) === true;
  const isVal = (item: Case) =>
    item.label !== undefined && (own?.val.includes(item.id) || validation.includes(item.patient));
  const ids = (wanted: readonly Case[]) => wanted.map(({ id }) => id).filter((id) => kept.has(id));
  return {
    // A patient that judges is not looked at in training, with labels or without.
    train: ids(cases.filter((item) => !isTest(item) && !isVal(item) && !validation.includes(item.patient))),
    val: ids(cases.filter((item) => !isTest(item) && isVal(item))),
    test: ids(cases.filter(isTest)),
  };
}

/** Labels that may judge a model: not what a model has proposed itself. */
const judges = ({ kind }: CurrentLabel) => kind !== 'accepted';

/** @param isVal whether the data set itself validates on the case */
async function labelledCase(
  files: Files,
  root: string,
  item: Case,
  settings: StudioSettings,
  isVal: boolean,
): Promise<Case> {
  const { orientation, classes } = settings;
  const all = [...(await readCurrentLabels(files, labelFolder(root, item.id)))].sort(([a], [b]) => a - b);
  const isHeldOut = isVal || settings.validation.includes(item.patient);
  const own = isHeldOut ? all.filter(([, label]) => judges(label)) : all;
  const image = async () => turned(await item.image(), orientation);
  const { label: _given, labelPath: given, labelledSlices: _all, ...common } = item;
  if (own.length === 0 && item.label === undefined) return { ...common, image };
  const trainedAs = trainedValues(settings);
  const label = async () => {
    const mask = overlaid(await readCase(item, classes.length), own, item.id, orientation);
    return { ...mask, data: mask.data.map((value) => trainedAs[value] as number) };
  };
  const partial = item.label === undefined ? { labelledSlices: own.map(([z]) => z) } : {};
  return { ...common, image, label, labelPath: given ?? labelFolder(root, item.id), ...partial };
}

/** The class that a model learns for each label value: classes in their order without gaps, those that were removed are background. */
function trainedValues(settings: StudioSettings): Uint8Array {
  const trainedAs = new Uint8Array(256);
  trainedAs[IGNORED] = IGNORED;
  for (const [trained, value] of presentClasses(settings).entries()) trainedAs[value] = trained;
  return trainedAs;
}

/** The mask of a case with the studio's labels over it. */
function overlaid(
  { image, label }: { readonly image: Volume; readonly label?: LabelVolume },
  own: readonly (readonly [number, CurrentLabel])[],
  id: string,
  orientation: string | undefined,
): LabelVolume {
  const { shape, geometry } = turned(image, orientation);
  const [, depth, height, width] = shape;
  const base = label === undefined ? undefined : turned(label, orientation);
  const data = base === undefined ? new Uint8Array(depth * height * width) : base.data.slice();
  for (const [z, { size, mask }] of own) {
    if (z >= depth || size[0] !== height || size[1] !== width) {
      const problem = `the label of slice ${z + 1} has ${size.join(' x ')} pixels, the scan has ${depth} slices of ${height} x ${width}`;
      const hint = 'The scan has been replaced since it was labelled; label it anew.';
      throw new PatchclError('bad-data', problem, { subject: id, hint });
    }
    data.set(mask, z * height * width);
  }
  return { data, shape: [depth, height, width], geometry };
}
