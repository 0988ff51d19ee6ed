import { type Files, readText } from '../core/files.ts';
import { spread } from '../core/spread.ts';
import type { Case, Split } from '../data/dataset.ts';
import { openDataset } from '../data/layouts/open.ts';
import { fromManifest, parseManifest } from '../data/manifest.ts';
import { prepareCases } from '../data/prepare.ts';
import { evaluateCases } from '../predict/evaluate.ts';
import { Segmenter } from '../predict/segmenter.ts';
import type { Comparison, Results } from '../report/input.ts';
import { reportHtml } from '../report/report.ts';
import { resultsOf, scoresJson } from '../report/results.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Config } from '../settings/config.ts';
import { type BestWeights, loadBest, loadConfig, modelOfRun } from './best-model.ts';
import { loadFacts, networkOf, type RunFacts } from './facts.ts';
import { examplesOf } from './report/examples.ts';
import { drawPatches, type PatchPage } from './report/patch-section.ts';
import { viewPatches } from './report/patch-view.ts';
import { reportInput } from './report/report-input.ts';
import { runPath, scoresPath } from './run-folder.ts';

export interface FinishOptions {
  /** Folder of the run. */
  readonly run: string;
  /** Folder of the data set. */
  readonly data: string;
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
 * PatchCL, `patches.png`. Works for a stopped run too, once it has been validated.
 *
 * @returns the evaluation; undefined when the part has no cases
 */
export async function finishRun(options: FinishOptions, host: FinishHost): Promise<Results | undefined> {
  const { run, data, part = 'val' } = options;
  const { files, runtime } = host;
  const [config, facts, best] = [await loadConfig(files, run), await loadFacts(files, run), await loadBest(files, run)];
  const path = runPath(run, 'split');
  const manifest = parseManifest(await readText(files, path), path);
  const split = fromManifest(await openDataset(files, data), manifest);
  const model = await modelOfRun(files, run);
  await files.write(runPath(run, 'model'), model);

  const segmenter = await Segmenter.load(runtime, model, runPath(run, 'model'));
  const cases = split[part];
  const { scores, examples } = await segmented(segmenter, cases);
  const scoring = resultOptions(facts, cases, part);
  const results = cases.length === 0 ? undefined : resultsOf(scores, scoring);
  if (results !== undefined) await files.write(scoresPath(run, part), scoresJson(scores, results, scoring));
  const patches = await patchPage(config, facts, best, split, runtime);
  if (patches !== undefined) await files.write(runPath(run, 'patches'), patches.png);
  const input = await reportInput(files, { run, config, facts, best, created: host.wallClock() });
  const sections = { ...(results && { results }), ...(patches && { patches: patches.section }), examples };
  const { comparison } = options;
  await files.write(runPath(run, 'report'), reportHtml({ ...input, ...sections, ...(comparison && { comparison }) }));
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
  if (config.method !== 'patchcl') return undefined;
  const prepare = (cases: readonly Case[]) =>
    prepareCases(spread(cases, LOOKED_AT), facts.preparation, {
      classes: facts.classes.length,
      channels: facts.channels,
    });
  // Cases may be annotated on some of their slices.
  const labelled = (await prepare(split.labelled)).filter(({ label }) => label !== undefined);
  const slices = { labelled, unlabelled: await prepare(split.unlabelled) };
  const views = await viewPatches(config, networkOf(config, facts), slices, best, runtime, LOOKED_AT);
  return drawPatches(views, config.size, facts.classes, config.contrast.delta);
}
