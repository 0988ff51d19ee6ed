import { z } from 'zod';
import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath, readText, stem } from '../../core/files.ts';
import { isVolumeFile } from '../../formats/index.ts';
import { isOrientation, reorient } from '../../imaging/orientation.ts';
import type { LabelVolume, Volume } from '../../imaging/volume.ts';
import type { Case, Dataset } from '../dataset.ts';
import { decidePatients } from '../patients/decide.ts';
import { readCase } from '../read-case.ts';
import { decodeSliceLabel, type SliceLabel } from '../slice-label.ts';
import { openDicom } from './dicom.ts';
import { fileCase } from './file-case.ts';
import type { Found } from './found.ts';
import { foldersIn, imageFiles } from './image-files.ts';

/** Names in the folder of a studio project, and in the copy of its labels that a run learned from. */
export const STUDIO_FILES = { settings: 'studio.json', labels: 'labels', uploads: 'uploads' } as const;

export const studioSettingsSchema = z.strictObject({
  version: z.literal(1),
  /** Folder of the scans. */
  data: z.string(),
  /** Folder of scans that were added in the studio. */
  uploads: z.string().exactOptional(),
  /** Class names by label value. */
  classes: z.array(z.string()).min(2),
  /** Orientation in which slices are counted and labels are stored; absent for pictures. */
  orientation: z.string().refine(isOrientation).exactOptional(),
  /** Patients that are validated on, whichever labels come later. */
  validation: z.array(z.string()),
});
export type StudioSettings = z.infer<typeof studioSettingsSchema>;

/** @throws PatchclError `bad-file` when it is not as expected */
export async function readStudioSettings(files: Files, root: string): Promise<StudioSettings> {
  const path = joinPath(root, STUDIO_FILES.settings);
  try {
    return studioSettingsSchema.parse(JSON.parse(await readText(files, path)));
  } catch (cause) {
    const hint = 'Move it away; labels and runs beside it are kept.';
    throw new PatchclError('bad-file', 'these are not the settings of a studio project', {
      subject: path,
      hint,
      cause,
    });
  }
}

/** Path of the labels of a case; one file per slice. */
export function labelFolder(root: string, id: string): string {
  return joinPath(root, STUDIO_FILES.labels, id);
}

export function labelPath(root: string, id: string, slice: number): string {
  return joinPath(labelFolder(root, id), `${String(slice).padStart(5, '0')}.label`);
}

/** All labels of a case by slice, rejections among them. @throws PatchclError `bad-file` for a damaged one */
export async function readSliceLabels(files: Files, root: string, id: string): Promise<Map<number, SliceLabel>> {
  const labels = new Map<number, SliceLabel>();
  for (const { name, kind } of await files.list(labelFolder(root, id))) {
    if (kind !== 'file' || !/^\d+\.label$/.test(name)) continue;
    const path = joinPath(labelFolder(root, id), name);
    labels.set(Number(stem(name)), decodeSliceLabel(await files.read(path), path));
  }
  return labels;
}

/** The scans of a studio project, with the masks that lay beside them; the studio's own labels are not looked at. */
export interface StudioScans {
  readonly found: Found;
  readonly uploaded: readonly Case[];
}

export async function studioScans(
  files: Files,
  { data, uploads }: Pick<StudioSettings, 'data' | 'uploads'>,
  findDataset: (files: Files, root: string) => Promise<Found>,
): Promise<StudioScans> {
  const found = await findDataset(files, data);
  return { found, uploaded: uploads === undefined ? [] : await uploadedCases(files, uploads) };
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
  for (const item of found.dataset.cases) cases.push(await labelledCase(files, root, item, settings));
  for (const item of uploaded) {
    const labelled = await labelledCase(files, root, item, settings);
    if (labelled.label !== undefined) cases.push(labelled);
  }
  const { channels, patients, notes } = found.dataset;
  const dataset: Dataset = {
    layout: 'studio',
    root,
    classes: settings.classes,
    ...(channels && { channels }),
    ...(patients && { patients }),
    ...(notes && { notes }),
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
  const isTest = ({ id }: Case) => own?.test.includes(id) === true;
  const isVal = (item: Case) =>
    item.label !== undefined && (own?.val.includes(item.id) || validation.includes(item.patient));
  const ids = (wanted: readonly Case[]) => wanted.map(({ id }) => id);
  return {
    train: ids(cases.filter((item) => !isTest(item) && !isVal(item))),
    val: ids(cases.filter((item) => !isTest(item) && isVal(item))),
    test: ids(cases.filter(isTest)),
  };
}

async function labelledCase(files: Files, root: string, item: Case, settings: StudioSettings): Promise<Case> {
  const { orientation, classes } = settings;
  const stored = await readSliceLabels(files, root, item.id);
  const own = [...stored].filter(([, { kind }]) => kind !== 'rejected').sort(([a], [b]) => a - b);
  const image = async () => turned(await item.image(), orientation);
  const { label: _given, labelPath: given, labelledSlices: _all, ...common } = item;
  if (own.length === 0 && item.label === undefined) return { ...common, image };
  const label = async () => overlaid(await readCase(item, classes.length), own, item.id, orientation);
  const partial = item.label === undefined ? { labelledSlices: own.map(([z]) => z) } : {};
  return { ...common, image, label, labelPath: given ?? labelFolder(root, item.id), ...partial };
}

/** The mask of a case with the studio's labels over it. */
function overlaid(
  { image, label }: { readonly image: Volume; readonly label?: LabelVolume },
  own: readonly (readonly [number, SliceLabel])[],
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
