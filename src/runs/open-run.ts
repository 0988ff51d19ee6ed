import { type Files, readText } from '../core/files.ts';
import { lazy } from '../core/lazy.ts';
import type { Dataset, Split } from '../data/dataset.ts';
import { type OpenOptions, openDataset } from '../data/layouts/open.ts';
import { fromManifest, type Manifest, parseManifest } from '../data/manifest.ts';
import type { DataNotes } from '../data/notes.ts';
import type { UNetOptions } from '../nn/unet.ts';
import type { Config, RequestedConfig } from '../settings/config.ts';
import { resolveConfig } from '../settings/load-config.ts';
import { plannedConfig } from '../settings/plan.ts';
import { type BestWeights, loadBest } from './best-weights.ts';
import { dataOfRun, loadFacts, networkOf, type RunFacts } from './facts.ts';
import { modelEvaluation } from './model-evaluation.ts';
import { runPath } from './run-folder.ts';
import { runModel, writeRunModel } from './run-model.ts';

/** A split with the data set that it is of. */
export interface SplitDataset {
  readonly dataset: Dataset;
  readonly split: Split;
}

/** What a run's folder holds. Each part is read when it is first asked for, and once. */
export interface TrainingRun {
  readonly files: Files;
  /** The run's folder. */
  readonly folder: string;
  /** The settings it was started with. @throws PatchclError when the folder is no run or the file was changed */
  readonly request: () => Promise<RequestedConfig>;
  /** The settings it trains with: as they were asked for, and as planned. @throws PatchclError as `request` */
  readonly config: () => Promise<Config>;
  /** @throws PatchclError `bad-file` when the folder is no run */
  readonly facts: () => Promise<RunFacts>;
  /** Who is in which part. @throws PatchclError `bad-file` when it is damaged */
  readonly manifest: () => Promise<Manifest>;
  /** @throws PatchclError `bad-file` when the run has not come to its first validation, or the file is damaged */
  readonly best: () => Promise<BestWeights>;
  readonly network: () => Promise<UNetOptions>;
  /** `model.onnx` where it is there, else {@link TrainingRun.writeModel}. @throws PatchclError `bad-usage` when there is none yet */
  readonly model: () => Promise<Uint8Array>;
  /** The best weights as an ONNX file, with what prediction needs to know about them. */
  readonly writeModel: () => Promise<Uint8Array>;
  /**
   * The folder of the data that it was trained on.
   *
   * @param hint what a person can do where it is no longer there
   */
  dataFolder(hint?: string): Promise<string>;
  /**
   * Its split over the data set in a folder as that is now, or over one that is handed over.
   *
   * @param notes hears what is odd about the data
   * @throws PatchclError `bad-data` when cases are gone
   */
  splitOf(data: string | Dataset, notes?: DataNotes): Promise<SplitDataset>;
}

/**
 * Opens a run. Nothing is read before it is asked for.
 *
 * @example
 * const run = openRun(files, 'runs/first');
 * const { classes } = await run.facts();
 */
export function openRun(files: Files, folder: string): TrainingRun {
  const request = lazy(async () => {
    const path = runPath(folder, 'config');
    return resolveConfig({ file: { path, text: await readText(files, path) }, methods: 'any', isComplete: true });
  });
  const facts = lazy(() => loadFacts(files, folder));
  const config = lazy(async () => plannedConfig(await request(), (await facts()).plan));
  const manifest = lazy(async () => {
    const path = runPath(folder, 'split');
    return parseManifest(await readText(files, path), path);
  });
  const best = lazy(() => loadBest(files, folder));
  const writeModel = async () =>
    writeRunModel(await config(), await facts(), await best(), await modelEvaluation(files, folder));
  return {
    files,
    folder,
    request,
    config,
    facts,
    manifest,
    best,
    network: async () => networkOf(await config(), await facts()),
    model: lazy(() => runModel(files, folder, writeModel)),
    writeModel,
    dataFolder: (hint) => dataOfRun(files, folder, hint),
    async splitOf(data, notes) {
      const known = await manifest();
      const opened = await datasetOf(files, data);
      const dataset = notes?.watching(opened) ?? opened;
      return { dataset, split: fromManifest(dataset, known) };
    },
  };
}

/** The data set in a folder, or the one that is handed over. @throws PatchclError as `openDataset` */
export async function datasetOf(files: Files, data: string | Dataset, options: OpenOptions = {}): Promise<Dataset> {
  return typeof data === 'string' ? openDataset(files, data, options) : data;
}
