import { failureText, PatchclError } from '../../core/errors.ts';
import { baseName, type Files } from '../../core/files.ts';
import { toIndices } from '../../data/class-indices.ts';
import { type ClassScheme, readingOf } from '../../data/classes.ts';
import type { Case } from '../../data/dataset.ts';
import { isDicomName } from '../../data/layouts/dicom-files.ts';
import { fileCase } from '../../data/layouts/file-case.ts';
import type { DataNotes } from '../../data/notes.ts';
import { assignPatients } from '../../data/patients/assign.ts';
import type { PatientsSetting } from '../../data/patients/setting.ts';
import { patientLines } from '../../data/patients.ts';
import { alignLabel, describeExtent, isOnImage } from '../../data/read-case.ts';
import type { Volume } from '../../imaging/volume.ts';
import { evaluateCase, type MetricOptions } from '../../metrics/case-metrics.ts';
import { type CaseScores, withoutAbsent } from '../../metrics/summary.ts';
import { findClasses, type ReadMask, statedClasses } from './mask-classes.ts';
import { type MaskPair, pairMasks, withoutMaskEnding } from './mask-pairs.ts';

export interface ScoreMasksOptions {
  /** Folder of the masks that are measured, or one such file. */
  readonly predictions: string;
  /** Folder of the reference masks, or one such file. */
  readonly masks: string;
  /** Label value of voxels that nobody has annotated; default: what a `dataset.json` beside the masks says. */
  readonly ignore?: number | undefined;
  readonly metrics?: MetricOptions;
  /** How patients are told apart, whose cases are drawn together for intervals; default `auto`. */
  readonly patients?: PatientsSetting | undefined;
  /** Called with a case that cannot be measured, which is then left out; without it the first such case ends everything. */
  readonly onFailure?: (id: string, problem: string) => void;
  readonly onCase?: (done: number, total: number) => void;
  /** Hears what is odd about the masks. */
  readonly notes?: DataNotes;
}

export interface ScoredMasks {
  readonly scheme: ClassScheme;
  readonly scores: readonly CaseScores[];
  /** By case id. */
  readonly patientOf: (id: string) => string;
}

/**
 * Compares two folders of masks, whoever made them, voxel by voxel on the grid of the reference. A prediction that is stored along
 * other axes is turned to those of the reference. Classes are the label values, named by a `dataset.json` in or above one of the folders.
 *
 * @throws PatchclError as `pairMasks`; for a case that cannot be measured unless there is `onFailure`
 */
export async function scoreMasks(files: Files, options: ScoreMasksOptions): Promise<ScoredMasks> {
  const { predictions, masks, metrics = {}, patients = 'auto', onFailure, onCase, notes } = options;
  const { pairs, missing, extra } = await pairMasks(files, predictions, masks);
  const patientOf = await patientsOf(files, { pairs, root: masks, patients, notes });
  const fail = (id: string, subject: string, error: unknown) => {
    if (onFailure === undefined) throw error;
    onFailure(id, failureText(subject, error));
  };
  for (const [id, mask] of missing) {
    const hint = 'Add it, or take the mask away.';
    fail(id, mask, new PatchclError('bad-data', 'there is no prediction of this name', { subject: mask, hint }));
  }
  if (extra.length > 0) {
    const some = extra.slice(0, 3).join(', ') + (extra.length > 3 ? ', ...' : '');
    notes?.addLine(
      `${extra.length} of ${extra.length + pairs.length} predictions have no mask and are left out: ${some}`,
    );
  }
  const stated = await statedClasses(files, [masks, predictions]);
  const ignore = options.ignore ?? stated.ignoreLabel;
  const read = reader(files, ignore, notes);
  const { scheme, readable } = await findClasses(pairs, { stated, ignore, read, fail });
  const scores: CaseScores[] = [];
  let done = 0;
  for (const pair of readable) {
    try {
      scores.push({ id: pair.id, ...(await scorePair(pair, { scheme, metrics, read, notes })) });
    } catch (error) {
      fail(pair.id, pair.mask, error);
    }
    onCase?.(++done, readable.length);
  }
  return { scheme, scores: withoutAbsent(scores), patientOf };
}

interface PatientsOptions {
  readonly pairs: readonly MaskPair[];
  readonly root: string;
  readonly patients: PatientsSetting;
  readonly notes: DataNotes | undefined;
}

/** The patient of each case, as training would tell them apart by the names of scans. */
async function patientsOf(files: Files, { pairs, root, patients, notes }: PatientsOptions) {
  const cases = pairs.map(({ id, mask }): Case => {
    const image = () => Promise.reject(new PatchclError('bad-usage', 'a mask is no scan', { subject: mask }));
    const [, path = mask, extension = ''] = /^(.*?)((?:\.[a-z]+){1,2})$/i.exec(mask) ?? [];
    return { id, patient: id, imagePath: withoutMaskEnding(path) + extension, image };
  });
  const assigned = await assignPatients(files, { layout: 'folders', root, cases }, patients);
  for (const line of patientLines(assigned)) notes?.addLine(line);
  const byId = new Map(assigned.cases.map(({ id, patient }) => [id, patient]));
  return (id: string) => byId.get(id) ?? id;
}

/** Masks are read as those of data sets are: 0 and 255 as 0 and 1. */
function reader(files: Files, ignore: number | undefined, notes: DataNotes | undefined): ReadMask {
  return async (path) => {
    const { label } = fileCase(files, { id: path, patient: path, imagePaths: [path], labelPaths: [path] });
    const labels = await (label as NonNullable<typeof label>)(readingOf(ignore));
    notes?.addRead(path, labels);
    return labels;
  };
}

function otherFrames(subject: string, mask: string): PatchclError {
  const hint = 'Compare NIfTI files, which patchcl predict writes with --format nifti.';
  return new PatchclError('unsupported', `it holds other slices than its mask ${mask}`, { subject, hint });
}

interface ScorePairOptions {
  readonly scheme: ClassScheme;
  readonly metrics: MetricOptions;
  readonly read: ReadMask;
  readonly notes: DataNotes | undefined;
}

async function scorePair({ mask, prediction }: MaskPair, { scheme, metrics, read, notes }: ScorePairOptions) {
  const reference = await read(mask);
  const grid = { shape: [1, ...reference.shape] as Volume['shape'], geometry: reference.geometry };
  const found = await read(prediction);
  if (isOnImage(found, grid) === false) {
    // DICOM SEG objects hold the slices on which they have something, and no others.
    if (isDicomName(baseName(prediction))) throw otherFrames(prediction, mask);
    notes?.add(prediction, 'it does not lie where its mask lies; the two are compared voxel by voxel');
  }
  const aligned = alignLabel(found, grid);
  if (aligned.shape.some((extent, axis) => extent !== reference.shape[axis])) {
    const problem = `the prediction has ${describeExtent(aligned.shape)} voxels, its mask ${mask} has ${describeExtent(reference.shape)}`;
    const hint = 'Compare masks of the same scan, in its native size.';
    throw new PatchclError('bad-data', problem, { subject: prediction, hint });
  }
  // What nobody has annotated is a matter of the reference; a prediction cannot leave anything out.
  const background = scheme.values[0] as number;
  const whole =
    scheme.ignore === undefined
      ? aligned
      : { ...aligned, data: aligned.data.map((value) => (value === scheme.ignore ? background : value)) };
  return evaluateCase(
    toIndices(whole, scheme, prediction),
    toIndices(reference, scheme, mask),
    scheme.classes.length,
    metrics,
  );
}
