import { failureText } from '../core/errors.ts';
import type { Files } from '../core/files.ts';
import type { Case, Dataset } from '../data/dataset.ts';
import type { DataNotes } from '../data/notes.ts';
import type { PatientsSetting } from '../data/patients/setting.ts';
import type { MetricOptions } from '../metrics/case-metrics.ts';
import { evaluateCases } from '../predict/evaluate.ts';
import type { SegmenterOptions } from '../predict/segmenter.ts';
import type { Results } from '../report/input.ts';
import { type FailedCase, resultsOf, scoresJson } from '../report/results.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type EvaluatedPart, evaluatedCases, PART_NAMES } from './evaluated-cases.ts';
import { loadSegmenter } from './load-segmenter.ts';

export interface EvaluateRunOptions {
  /** Folder of a run, or a model.onnx. */
  readonly run: string;
  /** Folder of the data set, or the data set itself. */
  readonly data: string | Dataset;
  /** Default: `val` of a run on its own data, else `all`. */
  readonly part?: EvaluatedPart | undefined;
  /** Default: what the model says. */
  readonly segmenter?: SegmenterOptions;
  /** What is measured beyond what always is. */
  readonly metrics?: MetricOptions;
  /** For a data set that was not part of the run: value of voxels that nobody has annotated; default: what it says. */
  readonly ignore?: number | undefined;
  /** For such a data set: how patients are told apart; default `auto`. */
  readonly patients?: PatientsSetting | undefined;
  /** Whether to go on without cases that cannot be measured, rather than to end with the first. */
  readonly partial?: boolean;
  readonly onCase?: (done: number, total: number) => void;
  /** Called after each slice that the model has segmented. */
  readonly onSlice?: () => void;
  /** Ends it between two slices; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
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

/** Segments and measures a part of a run's data, or another data set, with the model of a run, or a model alone. */
export async function evaluateRun(
  files: Files,
  runtime: Runtime,
  {
    run,
    data,
    part: asked,
    segmenter: options,
    metrics = {},
    ignore,
    patients,
    partial = false,
    onCase,
    onSlice,
    signal,
    notes,
  }: EvaluateRunOptions,
): Promise<RunEvaluation> {
  const segmenter = await loadSegmenter(files, runtime, run, options);
  try {
    const { classes, values } = segmenter.info;
    const wanted = { run, data, part: asked, model: segmenter.info, ignore, patients, notes };
    const { cases, part } = await evaluatedCases(files, wanted);
    const failures: FailedCase[] = [];
    const onFailure = (item: Case, error: unknown) =>
      failures.push({ id: item.id, problem: failureText(item.imagePath ?? item.id, error) });
    const scores = await evaluateCases(segmenter, cases, {
      ...{ metrics, signal },
      ...(onCase && { onCase }),
      ...(onSlice && { onSlice }),
      ...(partial && { onFailure }),
    });
    const patientOf = new Map(cases.map(({ id, patient }) => [id, patient]));
    const scoring = {
      ...{ classes, values, part: PART_NAMES[part], tolerance: metrics.tolerance },
      patientOf: (id: string) => patientOf.get(id) ?? id,
    };
    const results = resultsOf(scores, scoring);
    return { results, json: scoresJson(scores, results, scoring, failures), failures };
  } finally {
    await segmenter.dispose();
  }
}
