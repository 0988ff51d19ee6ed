import { DataNotes } from '../../data/notes.ts';
import { runtimeFor } from '../../node/device.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { evaluateRun } from '../../runs/evaluate-run.ts';
import { openRun as openRunIn, type TrainingRun } from '../../runs/open-run.ts';
import { type DatasetInput, datasetFrom } from '../dataset-input.ts';
import { type Evaluation, evaluationOf } from '../evaluation.ts';
import type { LoadSegmenterOptions } from './load-segmenter.ts';

/** What is measured, and how the model is loaded. */
export interface EvaluateOptions extends LoadSegmenterOptions {
  /** The part of the run's split. Default `val`. */
  readonly part?: 'val' | 'test';
  /** The folder of the data set, or a data set of your own. Default: the folder that the run was trained on. */
  readonly data?: string | DatasetInput;
  /** Ends it between two slices; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each case. */
  readonly onCase?: (done: number, total: number) => void;
}

/**
 * Segments and measures a part of a run's data with the run's model. A case that cannot be measured is left out and told in
 * `failures`.
 *
 * @throws PatchclError `bad-usage` when the folder is no run or the part has no cases, `bad-data` when cases are gone
 * @example
 * const { dice, results } = await evaluate('runs/a', { part: 'test' });
 */
export async function evaluate(run: string, options: EvaluateOptions = {}): Promise<Evaluation> {
  const { part = 'val', device, threads, flips, keepLargest, signal, onCase } = options;
  const [files, notes] = [nodeFiles(), new DataNotes()];
  const data =
    typeof options.data === 'object'
      ? datasetFrom(options.data)
      : (options.data ?? (await openRunIn(files, run).dataFolder('Give its place with data.')));
  const runtime = await runtimeFor({ device, threads }, (note) => notes.addLine(note));
  const segmenter = { flips, keepLargest };
  const asked = { run, data, part, segmenter, signal, notes, partial: true, ...(onCase && { onCase }) };
  return evaluationOf(await evaluateRun(files, runtime, asked), notes);
}

/**
 * Opens a run. Nothing is read before it is asked for, and each part once.
 *
 * @example
 * const run = openRun('runs/a');
 * const [{ classes }, { step, dice }] = [await run.facts(), await run.best()];
 */
export function openRun(folder: string): TrainingRun {
  return openRunIn(nodeFiles(), folder);
}
