import { PatchclError } from '../core/errors.ts';
import type { Files } from '../core/files.ts';
import { indexedCase } from '../data/class-indices.ts';
import { type ClassScheme, hasDefaultNames, schemeOf } from '../data/classes.ts';
import type { Case, Dataset } from '../data/dataset.ts';
import { fromManifest, type Manifest } from '../data/manifest.ts';
import { matchClasses } from '../data/match-classes.ts';
import type { DataNotes } from '../data/notes.ts';
import type { PatientsSetting } from '../data/patients/setting.ts';
import { patientLines } from '../data/patients.ts';
import { wholeVolumes } from '../data/whole-volumes.ts';
import type { ModelInfo } from '../predict/model-file.ts';
import { datasetOf, openRun } from './open-run.ts';
import { hasFile, runPath } from './run-folder.ts';

/**
 * What is measured: a part of a run's own split, or `all` annotated cases of a data set that need not have been a part of the run.
 * Masks of `unlabelled` cases, of which training has seen none, may exist all the same.
 */
export const EVALUATED_PARTS = ['val', 'test', 'unlabelled', 'all'] as const;
export type EvaluatedPart = (typeof EVALUATED_PARTS)[number];

export const PART_NAMES = { val: 'validation', test: 'test', unlabelled: 'unlabelled', all: 'annotated' } as const;

export interface EvaluatedCasesOptions {
  /** Folder of a run, or a model.onnx, which has no split. */
  readonly run: string;
  /** Folder of the data set, or the data set itself. */
  readonly data: string | Dataset;
  /** Default: `val` of a run on its own data, else `all`. */
  readonly part?: EvaluatedPart | undefined;
  /** What the model says of itself; needed for `all`. */
  readonly model?: Pick<ModelInfo, 'classes' | 'values'>;
  /** For `all`: value of voxels that nobody has annotated; default: what the data set says. */
  readonly ignore?: number | undefined;
  /** For `all`: how patients are told apart; default `auto`. */
  readonly patients?: PatientsSetting | undefined;
  /** Hears what is odd about the data, and what was taken for granted. */
  readonly notes?: DataNotes | undefined;
}

export interface EvaluatedCases {
  /** With masks as class indices. */
  readonly cases: readonly Case[];
  readonly part: EvaluatedPart;
}

/** The cases that are to be measured. @throws PatchclError when there are none, or the classes of data and model differ */
export async function evaluatedCases(files: Files, options: EvaluatedCasesOptions): Promise<EvaluatedCases> {
  const { run, data, notes } = options;
  const manifest = (await hasFile(files, run, 'split')) ? await openRun(files, run).manifest() : undefined;
  const { patients } = options;
  const opened = await datasetOf(files, data, patients === undefined ? {} : { patients });
  const dataset = notes?.watching(opened) ?? opened;
  const part = options.part ?? (manifest !== undefined && isOwnData(dataset, manifest) ? 'val' : 'all');
  if (part === 'all') return { cases: annotatedCases(dataset, options, manifest), part };
  const foreign = (['ignore', 'patients'] as const).find((name) => options[name] !== undefined);
  if (foreign !== undefined) {
    const problem = "it is for other data sets; for the run's own data it was settled at training";
    throw new PatchclError('bad-usage', problem, {
      subject: `--${foreign}`,
      hint: 'Leave it out, or add --split all.',
    });
  }
  if (manifest === undefined) {
    const problem = `a model alone has no ${PART_NAMES[part]} cases, those stand in its run folder`;
    throw new PatchclError('bad-usage', problem, { subject: run, hint: 'Leave --split out, or point to the run.' });
  }
  await tellOther(files, dataset, manifest, options);
  const cases =
    part === 'unlabelled' ? unlabelledCases(dataset, manifest, options) : fromManifest(dataset, manifest)[part];
  if (cases.length > 0) return { cases, part };
  const other = part === 'test' ? 'val' : 'test';
  const isThere = part !== 'unlabelled' && manifest.parts[other].length > 0;
  throw new PatchclError('bad-usage', `the run's split has no ${PART_NAMES[part]} cases`, {
    subject: runPath(run, 'split'),
    ...(isThere ? { hint: `Evaluate with --split ${other}.` } : {}),
  });
}

function idsOf(parts: Manifest['parts'], ...names: (keyof Manifest['parts'])[]): string[] {
  return names.flatMap((name) => parts[name].flatMap(({ cases }) => cases));
}

/** Whether any case of a run is in a data set. */
function isOwnData({ cases }: Dataset, { parts }: Manifest): boolean {
  const ids = new Set(cases.map(({ id }) => id));
  return idsOf(parts, 'labelled', 'unlabelled', 'val', 'test').some((id) => ids.has(id));
}

/** Says why data may not be those of the run though they have its cases: names such as `case_001` are found everywhere. */
async function tellOther(
  files: Files,
  { root, classes, labelValues }: Dataset,
  { classes: trained }: Manifest,
  { run, part, notes }: EvaluatedCasesOptions,
): Promise<void> {
  if (part === undefined && files.absolute(root) !== (await openRun(files, run).facts()).data) {
    notes?.addLine(
      `${root} has the cases of the run, so it is taken for its data; for another data set add --split all`,
    );
  }
  const stated = (labelValues ?? classes?.map((_, value) => value) ?? []).slice(1).map((value) => classes?.[value]);
  const known = trained.slice(1);
  if (stated.length === 0 || hasDefaultNames(trained) || stated.join() === known.join()) return;
  const list = (names: readonly (string | undefined)[]) => names.map((name) => `"${name}"`).join(', ');
  notes?.addLine(
    `the data set now calls its classes ${list(stated)}, at training they were ${list(known)}; masks are read as at training`,
  );
}

/** All cases with a mask of any data set, for a model that need not have seen any of it. */
function annotatedCases(
  dataset: Dataset,
  { run, model, ignore, notes }: EvaluatedCasesOptions,
  manifest: Manifest | undefined,
): Case[] {
  const annotated = dataset.cases.filter(({ label }) => label !== undefined);
  if (annotated.length === 0) {
    const hint = 'Masks are needed to measure with; patchcl predict needs none.';
    throw new PatchclError('bad-data', 'no case of this data set has a mask', { subject: dataset.root, hint });
  }
  const classes: Pick<ClassScheme, 'classes' | 'values'> = schemeOf(model ?? (manifest as Manifest));
  const matched = matchClasses(dataset, classes, { ignore: ignore ?? manifest?.ignore, model: 'the model' });
  if (matched.note !== undefined) notes?.addLine(matched.note);
  for (const line of patientLines(dataset)) notes?.addLine(line);
  if (manifest !== undefined) tellSeen(annotated, manifest, run, notes);
  return annotated.map((item) => indexedCase(item, matched.scheme));
}

/** Says how many cases bear names of cases that the run has learned from or was chosen on. */
function tellSeen(cases: readonly Case[], { parts }: Manifest, run: string, notes: DataNotes | undefined): void {
  const seen = new Set(idsOf(parts, 'labelled', 'unlabelled', 'val'));
  const known = cases.filter(({ id }) => seen.has(id)).length;
  if (known === 0) return;
  notes?.addLine(`${known} of the ${cases.length} cases have names of cases that ${run} was trained or validated on`);
}

/** The unlabelled cases of a run whose masks exist after all. */
function unlabelledCases(dataset: Dataset, manifest: Manifest, { notes }: EvaluatedCasesOptions): Case[] {
  const scheme = schemeOf(manifest);
  // Of all parts, so that what is gone is named.
  fromManifest(dataset, manifest);
  const byId = new Map(dataset.cases.map((item) => [item.id, item]));
  const all = manifest.parts.unlabelled.flatMap(({ patient, cases }) =>
    cases.map((id): Case => ({ ...(byId.get(id) as Case), patient })),
  );
  const annotated = wholeVolumes(all).filter(({ label }) => label !== undefined);
  if (all.length > 0 && annotated.length === 0) {
    const hint = 'Add their masks to the data set, or give another --split.';
    throw new PatchclError('bad-data', "none of the run's unlabelled cases has a mask", {
      subject: dataset.root,
      hint,
    });
  }
  const bare = all.filter(({ label }) => label === undefined).length;
  if (bare > 0) notes?.addLine(`${bare} of ${all.length} unlabelled cases have no mask and are left out`);
  return annotated.map((item) => indexedCase(item, scheme));
}
