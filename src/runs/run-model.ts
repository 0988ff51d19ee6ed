import { PatchclError } from '../core/errors.ts';
import type { Files } from '../core/files.ts';
import { type ModelInfo, readModelInfo, writeModelFile } from '../predict/model-file.ts';
import type { Config } from '../settings/config.ts';
import { cleanedClasses } from '../settings/plan.ts';
import type { BestWeights } from './best-weights.ts';
import { networkOf, type RunFacts } from './facts.ts';
import { hasFile, RUN_FILES, runPath } from './run-folder.ts';

/**
 * The ONNX model of a run: what training has written, else made anew.
 *
 * @param write makes it of the best weights
 * @throws PatchclError `bad-usage` when the folder is no run, or one without a validation yet, `bad-file` when its model is damaged
 */
export async function runModel(files: Files, run: string, write: () => Promise<Uint8Array>): Promise<Uint8Array> {
  if (await hasFile(files, run, 'model')) return wholeModel(files, run);
  if (await hasFile(files, run, 'best')) return write();
  await checkRunFolder(files, run);
  const hint = `Train on with: patchcl train --resume --out ${run}`;
  throw new PatchclError('bad-usage', 'this run has no model yet', { subject: run, hint });
}

/** The model of a run as an ONNX file: the best weights, with what prediction needs to know about them. */
export function writeRunModel(
  config: Config,
  facts: RunFacts,
  best: BestWeights,
  evaluation?: ModelInfo['evaluation'],
): Uint8Array {
  const info = { ...modelInfo(config, facts, best), ...(evaluation && { evaluation }) };
  return writeModelFile(networkOf(config, facts), best.weights, info);
}

/** @throws PatchclError `bad-usage` when there is no run at a path, saying what is */
export async function checkRunFolder(files: Files, run: string): Promise<void> {
  if (await hasFile(files, run, 'config')) return;
  const kind = await files.kind(run);
  if (kind === undefined) {
    throw new PatchclError('bad-usage', 'there is no such folder', { subject: run, hint: 'Check the path.' });
  }
  const isModel = kind === 'file' && /\.onnx$/i.test(run);
  const needed = isModel
    ? 'a run folder is needed, a model.onnx can only predict'
    : 'a run folder is needed, this is a file';
  throw new PatchclError('bad-usage', kind === 'file' ? needed : 'this is not the folder of a training run', {
    subject: run,
    hint: 'Point to a folder that patchcl train has written.',
  });
}

/** What a copy cut off or a full disk has left of a model must not be handed on. */
async function wholeModel(files: Files, run: string): Promise<Uint8Array> {
  const path = runPath(run, 'model');
  const bytes = await files.read(path);
  try {
    readModelInfo(bytes, path);
    return bytes;
  } catch (error) {
    if (!(error instanceof PatchclError) || !(await hasFile(files, run, 'best'))) throw error;
    const hint = `Remove it, and it is made again from ${RUN_FILES.best}.`;
    throw new PatchclError(error.code, error.problem, { subject: path, hint, cause: error });
  }
}

/** What the model file of a run says about itself. */
export function modelInfo(config: Config, facts: RunFacts, best: BestWeights): ModelInfo {
  const { method, preset, seed } = config;
  const cleaned = cleanedClasses(config, facts.classes, facts.plan?.singleParts?.inScans);
  return {
    version: facts.versions.patchcl ?? 'unknown',
    classes: facts.classes,
    ...(facts.values && { values: facts.values }),
    channels: facts.channels,
    preparation: facts.preparation,
    ...(config.predict.flips && { flips: true }),
    ...(cleaned.length > 0 && { largestParts: cleaned }),
    counts: facts.counts,
    training: { method, preset, seed, step: best.step, network: best.network, validationDice: best.dice },
  };
}
