import { type Files, readText } from '../core/files.ts';
import { readSafetensors } from '../formats/index.ts';
import { mapNamed } from '../nn/parameters.ts';
import { type ModelInfo, writeModelFile } from '../predict/model-file.ts';
import type { Config, RequestedConfig } from '../settings/config.ts';
import { resolveConfig } from '../settings/load-config.ts';
import { cleanedClasses, plannedConfig } from '../settings/plan.ts';
import type { NetworkName } from '../train/state.ts';
import { loadFacts, networkOf, type RunFacts } from './facts.ts';
import { runPath } from './run-folder.ts';

/** The configuration a run was started with. @throws PatchclError when the folder is no run or the file was changed */
export async function loadRequest(files: Files, run: string): Promise<RequestedConfig> {
  const path = runPath(run, 'config');
  return resolveConfig({ file: { path, text: await readText(files, path) } });
}

/** The configuration a run trains with: as it was asked for, and as planned. @throws PatchclError as `loadRequest` */
export async function loadConfig(files: Files, run: string): Promise<Config> {
  return plannedConfig(await loadRequest(files, run), (await loadFacts(files, run)).plan);
}

/** The weights with the best validation Dice, and where they come from. */
export interface BestWeights {
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly step: number;
  readonly network: NetworkName;
  /** Null without validation cases. */
  readonly dice: number | null;
}

/** @throws PatchclError `bad-file` when the run has not come to its first validation, or the file is damaged */
export async function loadBest(files: Files, run: string): Promise<BestWeights> {
  const path = runPath(run, 'best');
  const { tensors, metadata } = readSafetensors(await files.read(path), path);
  const dice = Number(metadata.dice);
  return {
    weights: mapNamed(tensors, ({ data }) => data),
    step: Number(metadata.step),
    network: metadata.network === 'student' ? 'student' : 'teacher',
    dice: Number.isFinite(dice) ? dice : null,
  };
}

/** The model of a run as an ONNX file: the best weights, with what prediction needs to know about them. */
export async function modelOfRun(files: Files, run: string): Promise<Uint8Array> {
  const [config, facts] = [await loadConfig(files, run), await loadFacts(files, run)];
  const best = await loadBest(files, run);
  return writeModelFile(networkOf(config, facts), best.weights, modelInfo(config, facts, best));
}

/** What the model file of a run says about itself. */
export function modelInfo(config: Config, facts: RunFacts, best: BestWeights): ModelInfo {
  const { method, preset, seed } = config;
  const cleaned = cleanedClasses(config, facts.classes, facts.plan?.singleParts?.inScans);
  return {
    version: facts.versions.patchcl ?? 'unknown',
    classes: facts.classes,
    channels: facts.channels,
    preparation: facts.preparation,
    ...(config.predict.flips && { flips: true }),
    ...(cleaned.length > 0 && { largestParts: cleaned }),
    training: { method, preset, seed, step: best.step, network: best.network, validationDice: best.dice },
  };
}
