import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import { canRead, labelTexts, readSegOn, readStack, type SegHeader } from '../../formats/index.ts';
import type { LabelVolume } from '../../imaging/volume.ts';
import type { Case, PatientDecision } from '../dataset.ts';
import { readDatasetJson } from './dataset-json/read.ts';
import { dicomCandidates, type FoundStack, isDicomName, listDicom } from './dicom-files.ts';
import type { Found } from './found.ts';

/**
 * Folders of DICOM series, nested as they may be, with DICOM SEG objects anywhere among them: a segmentation belongs to the
 * series it refers to, whatever its name. Series without one are not annotated. Classes are the labels of the segments, or
 * those of an optional `dataset.json`. Only headers are read.
 *
 * @returns undefined when there is no DICOM image
 * @throws PatchclError `bad-file` for a broken `dataset.json`.
 */
export async function openDicom(files: Files, root: string): Promise<Found | undefined> {
  const listed = await listDicom(files, await dicomCandidates(files, root), root);
  const { stacks, problems } = listed;
  if (stacks.length === 0) return noScans(files, root, listed.notes);
  const stated = await readDatasetJson(files, root);
  const { segmentations, notes: leftOut } = masksAmong(listed.segmentations, stacks, stated.classes);
  const notes = [...listed.notes, ...leftOut];
  const classes = stated.classes ?? classesOf(segmentations);
  const masks = new Map<FoundStack, SegHeader[]>();
  const found: PatchclError[] = [...problems];
  for (const segmentation of segmentations) {
    const problem = assign(segmentation, { stacks, masks, classes });
    if (problem !== undefined) found.push(problem);
  }
  const cases = stacks.map((stack) => dicomCase(files, stack, masks.get(stack) ?? [], classes));
  const named = classes.length > 1 ? { classes } : {};
  const all = [...(stated.notes ?? []), ...notes];
  const told = all.length === 0 ? {} : { notes: all };
  const patients = patientsOf(cases);
  return { dataset: { layout: 'dicom', root, ...stated, cases, patients, ...named, ...told }, problems: found };
}

/**
 * Structure sets (RTSTRUCT) come with many a study and hold more than what is to be learned: they count where nobody has drawn
 * segmentations, and of them the regions that `dataset.json` names, if it names any.
 */
function masksAmong(
  all: readonly SegHeader[],
  stacks: readonly FoundStack[],
  stated: readonly string[] | undefined,
): { segmentations: SegHeader[]; notes: string[] } {
  const notes: string[] = [];
  const hasOthers = all.some(({ isStructureSet }) => !isStructureSet);
  const segmentations = all.flatMap((header): SegHeader[] => {
    if (!header.isStructureSet) return [header];
    const leaveOut = (why: string) => {
      notes.push(`${header.name}: it is a set of radiotherapy contours and is left out, ${why}`);
      return [];
    };
    if (seriesOf(header, stacks) === undefined) return leaveOut('as its series is not in this folder');
    if (hasOthers && stated === undefined) return leaveOut('as there are segmentations');
    const segments = header.segments.filter(({ label }) => stated === undefined || classNamed(label, stated) >= 0);
    return segments.length === 0 ? leaveOut('as none of its regions is a class') : [{ ...header, segments }];
  });
  return { segmentations, notes };
}

/** An anonymiser may have given one PatientID to all. */
function patientsOf(cases: readonly Case[]): PatientDecision {
  const rule = 'patients are those of PatientID in the DICOM headers';
  const [first] = cases;
  if (cases.length < 2 || cases.some(({ patient }) => patient !== first?.patient)) return { rule };
  const doubt = `all ${cases.length} series are of one patient, ${first?.patient}; if that is wrong, set data.patients`;
  return { rule, doubt };
}

/** A folder of reports and plans alone is one of DICOM too. @returns undefined where other files may be scans */
async function noScans(files: Files, root: string, notes: readonly string[]): Promise<undefined> {
  const entries = await files.list(root);
  const hasOthers = entries.some(({ name, kind }) => kind === 'file' && canRead(name) && !isDicomName(name));
  const [note] = notes;
  if (note === undefined || hasOthers) return undefined;
  throw new PatchclError('bad-data', 'there is no scan in this folder', { subject: root, hint: `${note}.` });
}

/** Labels of all segments by their numbers; the same label is the same class, whatever its number in a file. */
function classesOf(segmentations: readonly SegHeader[]): string[] {
  const numbers = new Map<string, number>();
  for (const { label, number } of segmentations.flatMap(({ segments }) => segments)) {
    numbers.set(label, Math.min(numbers.get(label) ?? number, number));
  }
  const labels = [...numbers].sort(([a, i], [b, k]) => i - k || (a < b ? -1 : 1)).map(([label]) => label);
  return ['background', ...labels];
}

/** Gives a segmentation to its series, or says why it cannot be used. */
function assign(
  segmentation: SegHeader,
  found: { stacks: readonly FoundStack[]; masks: Map<FoundStack, SegHeader[]>; classes: readonly string[] },
): PatchclError | undefined {
  const { name, segments } = segmentation;
  const owner = seriesOf(segmentation, found.stacks);
  if (owner === undefined) {
    return problem(name, 'this segmentation refers to no series of this folder', 'Add its series, or remove it.');
  }
  const unknown = segments.find(({ label }) => classNamed(label, found.classes) < 0);
  if (unknown !== undefined) {
    const hint = 'State all classes under "labels", or remove dataset.json.';
    return problem(name, `the segment "${unknown.label}" is no class of dataset.json`, hint);
  }
  const others = found.masks.get(owner) ?? [];
  const double = others.find((other) =>
    other.segments.some(({ label }) => segments.some((own) => own.label === label)),
  );
  if (double !== undefined) {
    return problem(name, `it segments the same as ${double.name}`, 'Remove the one that is not to be learned from.');
  }
  found.masks.set(owner, [...others, segmentation]);
  return undefined;
}

/** A series may be several volumes; the instances referred to tell which one is meant. */
function seriesOf({ series, instances }: SegHeader, stacks: readonly FoundStack[]): FoundStack | undefined {
  const isMeant = ({ stack }: FoundStack) => stack.slices.some(({ image }) => instances.has(image.sopInstance));
  const ofSeries = stacks.filter(({ stack }) => stack.slices.some(({ image }) => series.includes(image.series)));
  return ofSeries.find(isMeant) ?? (instances.size === 0 ? ofSeries[0] : stacks.find(isMeant));
}

function dicomCase(files: Files, found: FoundStack, masks: readonly SegHeader[], classes: readonly string[]): Case {
  const { stack, name, path, patient } = found;
  const read = (file: string) => files.read(file);
  const common = {
    id: name.replaceAll('/', '_'),
    patient,
    imagePath: path,
    image: () => readStack(stack, read),
    ...(stack.notes.length === 0 ? {} : { notes: stack.notes }),
  };
  const [first] = masks;
  if (first === undefined) return common;
  const label = async () => {
    const parts: LabelVolume[] = [];
    for (const mask of masks) parts.push(await readMask(mask));
    return overlaid(parts);
  };
  const readMask = async ({ name: file, segments }: SegHeader) => {
    const classOf = new Map(segments.map(({ number, label: text }) => [number, classNamed(text, classes)]));
    return readSegOn(stack, await read(file), file, (segment) => classOf.get(segment) ?? 0);
  };
  return { ...common, labelPath: first.name, label };
}

/** The class that a segment is, by its name as it is or as a DICOM file can hold it; -1 of none. */
function classNamed(label: string, classes: readonly string[]): number {
  const exact = classes.indexOf(label);
  return exact >= 0 ? exact : labelTexts(classes).indexOf(label);
}

/** Several masks of one scan as one; where they overlap, the later one counts. */
function overlaid(parts: readonly LabelVolume[]): LabelVolume {
  const [first, ...rest] = parts as [LabelVolume, ...LabelVolume[]];
  for (const { data } of rest) {
    for (const [i, value] of data.entries()) if (value > 0) first.data[i] = value;
  }
  return first;
}

function problem(subject: string, what: string, hint: string): PatchclError {
  return new PatchclError('bad-data', what, { subject, hint });
}
