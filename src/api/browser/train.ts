import { VERSION } from '../../core/version.ts';
import { type BrowserRuntimeOptions, browserRuntime } from '../../runtime/browser/index.ts';
import type { DatasetInput } from '../dataset-input.ts';
import { startTraining, type Training } from '../train.ts';
import type { TrainSettings } from '../train-settings.ts';
import { HANDED, type PageFile, pageFiles } from './files.ts';

/** What is trained on, with which settings, and on which device of the page. */
export interface TrainOptions extends BrowserRuntimeOptions {
  /** The files of a data set's folder, as a person chose them, or a data set of your own. */
  readonly data: readonly PageFile[] | DatasetInput;
  readonly settings?: TrainSettings;
  /** Stops after the step that is under way; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Trains in the browser; the run lives in memory. Call it in a worker: a step of training takes its thread for itself.
 *
 * @example
 * const run = train({ data: [...input.files], settings: { budget: { minutes: 5 } } });
 * for await (const event of run) postMessage(event);
 * const { model } = await run.result;
 */
export function train({ data, settings, signal, device, threads, wasmPaths }: TrainOptions): Training {
  const isChosen = (given: TrainOptions['data']): given is readonly PageFile[] => Array.isArray(given);
  const seconds = () => performance.now() / 1000;
  return startTraining(
    { data: isChosen(data) ? folderOf(data) : data, signal, ...(settings && { settings }) },
    {
      files: pageFiles(isChosen(data) ? data : []),
      versions: { patchcl: VERSION },
      now: seconds,
      // Browsers do not tell what their processors have done.
      cpuSeconds: seconds,
      wallClock: () => Date.now() / 1000,
      runtime: () =>
        browserRuntime({
          ...(device && { device }),
          ...(threads && { threads }),
          ...(wasmPaths && { wasmPaths }),
        }),
      holding: (_folder, work) => work(),
    },
  );
}

/** The folder that a person chose, where all files are of one. */
function folderOf(files: readonly PageFile[]): string {
  const tops = new Set(files.map(({ webkitRelativePath }) => (webkitRelativePath ?? '').split('/')[0]));
  const [top] = tops;
  return tops.size === 1 && top ? `${HANDED}/${top}` : HANDED;
}
