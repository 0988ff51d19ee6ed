import { failureText, PatchclError } from '../core/errors.ts';
import type { Files } from '../core/files.ts';
import type { Case } from '../data/dataset.ts';
import type { DataNotes } from '../data/notes.ts';
import { evaluateCases } from '../predict/evaluate.ts';
import type { SegmenterOptions } from '../predict/segmenter.ts';
import type { Results } from '../report/input.ts';
import { type FailedCase, resultsOf, scoresJson } from '../report/results.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { loadSegmenter } from './load-segmenter.ts';
import { openRun } from './open-run.ts';
import { runPath } from './run-folder.ts';

export type EvaluatedPart = 'val' | 'test';

const PART_NAMES = { val: 'validation', test: 'test' } as const;

export interface EvaluateRunOptions {
  readonly run: string;
  /** Folder of the data set. */
  readonly data: string;
  readonly part: EvaluatedPart;
  /** Default: what the model says. */
  readonly segmenter?: SegmenterOptions;
  /** Whether to go on without cases that cannot be measured, rather than to end with the first. */
  readonly partial?: boolean;
  readonly onCase?: (done: number, total: number) => void;
  /** Hears what is odd about the data. */
  readonly notes?: DataNotes;
}

export interface RunEvaluation {
  /** Statistics over the cases, intervals over the patients. */
  readonly results: Results;
  /** The same with every case, for machines. */
  readonly json: string;
  /** Cases that all of this is without. */
  readonly failures: readonly FailedCase[];
}

/** Segments and measures a part of a run's data with the run's model. */
export async function evaluateRun(
  files: Files,
  runtime: Runtime,
  { run, data, part, segmenter: options, partial = false, onCase, notes }: EvaluateRunOptions,
): Promise<RunEvaluation> {
  const cases = await casesOf(files, run, data, part, notes);
  const segmenter = await loadSegmenter(files, runtime, run, options);
  const failures: FailedCase[] = [];
  const onFailure = (item: Case, error: unknown) =>
    failures.push({ id: item.id, problem: failureText(item.imagePath ?? item.id, error) });
  const scores = await evaluateCases(segmenter, cases, { ...(onCase && { onCase }), ...(partial && { onFailure }) });
  await segmenter.dispose();
  const { classes } = segmenter.info;
  const patients = new Map(cases.map(({ id, patient }) => [id, patient]));
  const scoring = { classes, part: PART_NAMES[part], patientOf: (id: string) => patients.get(id) ?? id };
  const results = resultsOf(scores, scoring);
  return { results, json: scoresJson(scores, results, scoring, failures), failures };
}

/** The cases of a part of a run's split. @throws PatchclError `bad-usage` when there are none */
export async function casesOf(
  files: Files,
  run: string,
  data: string,
  part: EvaluatedPart,
  notes?: DataNotes,
): Promise<readonly Case[]> {
  const opened = openRun(files, run);
  const { split } = await opened.splitOf(data, notes);
  if (split[part].length > 0) return split[part];
  const manifest = await opened.manifest();
  const other = part === 'test' ? 'val' : 'test';
  throw new PatchclError('bad-usage', `the run's split has no ${PART_NAMES[part]} cases`, {
    subject: runPath(run, 'split'),
    ...(manifest.parts[other].length > 0 ? { hint: `Evaluate with --split ${other}.` } : {}),
  });
}
