import { baseName, type Files } from '../core/files.ts';
import type { Case, Dataset, Split } from '../data/dataset.ts';
import { evaluateCases } from '../predict/evaluate.ts';
import { Segmenter } from '../predict/segmenter.ts';
import type { Comparison, Results } from '../report/input.ts';
import { reportHtml } from '../report/report.ts';
import { resultsOf, scoresJson } from '../report/results.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Config } from '../settings/config.ts';
import type { BestWeights } from './best-weights.ts';
import { networkOf, type RunFacts } from './facts.ts';
import { openRun } from './open-run.ts';
import { examplesOf } from './report/examples.ts';
import { drawPatches, type PatchPage } from './report/patch-section.ts';
import { hasPatches, viewPatches } from './report/patch-view.ts';
import { reportInput } from './report/report-input.ts';
import { withoutNames } from './report/without-names.ts';
import { runPath, scoresPath } from './run-folder.ts';
import { trainingSlices } from './training-slices.ts';

export interface FinishOptions {
  /** Folder of the run. */
  readonly run: string;
  /** Folder of the data set, or the data set itself. */
  readonly data: string | Dataset;
  /** Which cases the report is about; default `val`. */
  readonly part?: 'val' | 'test';
  /** Adds a section that compares runs. */
  readonly comparison?: Comparison;
}

export interface FinishHost {
  readonly files: Files;
  readonly runtime: Runtime;
  /** Seconds since the Unix epoch, for the report's date. */
  wallClock(): number;
}

/**
 * Makes what people want from a run out of what training has left in its folder: `model.onnx`, its scores, `report.html` and, for
 * PatchCL with its contrast, `patches.png`. Works for a stopped run too, once it has been validated.
 *
 * @returns the evaluation; undefined when the part has no cases
 */
export async function finishRun(options: FinishOptions, host: FinishHost): Promise<Results | undefined> {
  const { run, data, part = 'val' } = options;
  const { files, runtime } = host;
  const opened = openRun(files, run);
  const [config, facts, best] = [await opened.config(), await opened.facts(), await opened.best()];
  // First of all: it needs no data, which may be gone by now.
  const model = await opened.writeModel();
  await files.write(runPath(run, 'model'), model);
  const { split } = await opened.splitOf(data);

  const segmenter = await Segmenter.load(runtime, model, runPath(run, 'model'));
  const cases = split[part];
  const { scores, examples } = await segmented(segmenter, cases);
  const scoring = resultOptions(facts, cases, part);
  const results = cases.length === 0 ? undefined : resultsOf(scores, scoring);
  if (results !== undefined) {
    await files.write(scoresPath(run, part), scoresJson(scores, results, scoring));
    // Again, now that it can say how good it is.
    await files.write(runPath(run, 'model'), await opened.writeModel());
  }
  const patches = await patchPage(config, facts, best, split, runtime);
  if (patches !== undefined) await files.write(runPath(run, 'patches'), patches.png);
  const input = await reportInput(files, { run, config, facts, best, created: host.wallClock() });
  const sections = { ...(results && { results }), ...(patches && { patches: patches.section }), examples };
  const { comparison } = options;
  const report = { ...input, ...sections, ...(comparison && { comparison }) };
  const shown = config.report.names ? report : withoutNames(report, baseName(scoresPath(run, part)));
  await files.write(runPath(run, 'report'), reportHtml(shown));
  return results;
}

/** Scores of all cases and pictures of some; ends the segmenter. */
async function segmented(segmenter: Segmenter, cases: readonly Case[]) {
  try {
    const scores = await evaluateCases(segmenter, cases);
    return { scores, examples: await examplesOf(segmenter, cases, scores) };
  } finally {
    await segmenter.dispose();
  }
}

function resultOptions({ classes }: RunFacts, cases: readonly Case[], part: 'val' | 'test') {
  const patients = new Map(cases.map(({ id, patient }) => [id, patient]));
  return {
    classes,
    part: part === 'val' ? 'validation' : 'test',
    patientOf: (id: string) => patients.get(id) ?? id,
  };
}

/** Cases read to look at patches, and batches looked at. */
const LOOKED_AT = 8;

async function patchPage(
  config: Config,
  facts: RunFacts,
  best: BestWeights,
  split: Split,
  runtime: Runtime,
): Promise<PatchPage | undefined> {
  if (!hasPatches(config, facts)) return undefined;
  const { classes, channels, preparation } = facts;
  const slices = await trainingSlices(split, preparation, { classes: classes.length, channels, cases: LOOKED_AT });
  const views = await viewPatches({
    ...{ config, network: networkOf(config, facts), slices, best, runtime },
    steps: LOOKED_AT,
  });
  return drawPatches(views, config.size, facts.classes, config.contrast.delta);
}
