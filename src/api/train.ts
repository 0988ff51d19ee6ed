import { PatchclError } from '../core/errors.ts';
import type { Files } from '../core/files.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Method } from '../methods/index.ts';
import { eventReporter, type TrainingEvent } from '../runs/events.ts';
import { openRun, type TrainingRun } from '../runs/open-run.ts';
import { hasFile } from '../runs/run-folder.ts';
import type { TrainHost } from '../runs/train-host.ts';
import { trainRun } from '../runs/train-run.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { RequestedConfig } from '../settings/config.ts';
import type { NetworkName } from '../train/state.ts';
import { type DatasetInput, datasetFrom } from './dataset-input.ts';
import { EventQueue } from './event-queue.ts';
import { withMemoryFolder } from './memory-folder.ts';
import { configOf, type TrainSettings } from './train-settings.ts';

/** What is trained on, into which folder, and with which settings. */
export interface TrainOptions {
  /** The folder of a data set, or a data set of your own. A resumed run finds its folder by itself. */
  readonly data?: string | DatasetInput;
  /** The folder of the run. Default: none, the run lives in memory until nothing refers to it. */
  readonly out?: string;
  /** Go on where the run in `out` was stopped, with the settings that it was started with. */
  readonly resume?: boolean;
  /** The folder of an earlier run, whose best network this one starts from; its held-out patients stay held out. */
  readonly startFrom?: string;
  /** Of a resumed run, `method` alone, where that is a method of your own. */
  readonly settings?: TrainSettings;
  /** Stops after the step that is under way, with a checkpoint, from which `resume` goes on; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** A training that has come to its end. */
export interface TrainedRun {
  /** The best weights as an ONNX file; `loadSegmenter` takes it. */
  readonly model: Uint8Array;
  /** Mean validation Dice of the best weights; null without validation cases. */
  readonly bestDice: number | null;
  /** Step and network that the best weights are of. */
  readonly bestStep: number;
  readonly network: NetworkName;
  /** Everything else that the run's folder holds. */
  readonly run: TrainingRun;
}

/** A training under way. Iterate over it to hear how it goes; leaving the loop does not stop it. */
export interface Training extends AsyncIterable<TrainingEvent> {
  /** @throws PatchclError for data and settings that do not fit; the signal's reason when it was stopped */
  readonly result: Promise<TrainedRun>;
}

/** What a door brings along. */
export interface TrainSurroundings extends Pick<TrainHost, 'versions' | 'now' | 'cpuSeconds' | 'wallClock'> {
  readonly files: Files;
  runtime(config: Pick<RequestedConfig, 'device' | 'threads'>, note: (text: string) => void): Promise<Runtime>;
  /** Does work that writes to a folder, which nobody else may write to meanwhile. */
  holding<T>(folder: string, work: () => Promise<T>): Promise<T>;
}

const MEMORY = 'memory:run';

/** Starts at once; see `train`. */
export function startTraining(options: TrainOptions, surroundings: TrainSurroundings): Training {
  // Who reads slowly misses steps, never a validation.
  const events = new EventQueue<TrainingEvent>(({ type }) => type === 'step');
  const result = carryOut(options, surroundings, (event) => events.push(event));
  result.then(
    () => events.close(),
    (error: unknown) => events.close({ error }),
  );
  return { result, [Symbol.asyncIterator]: () => events[Symbol.asyncIterator]() };
}

async function carryOut(
  options: TrainOptions,
  surroundings: TrainSurroundings,
  tell: (event: TrainingEvent) => void,
): Promise<TrainedRun> {
  const { out = MEMORY, resume = false, startFrom, signal } = options;
  signal?.throwIfAborted();
  const files = out === MEMORY ? withMemoryFolder(surroundings.files, MEMORY) : surroundings.files;
  const { config, method } = resume ? await resumed(files, options) : await fresh(files, options);
  const data = await dataOf(files, options);
  const reporter = eventReporter(tell);
  const runtime = await surroundings.runtime(config, reporter.note);
  const { versions, now, cpuSeconds, wallClock } = surroundings;
  const stopRequested = () => signal?.aborted === true;
  const host = { files, runtime, reporter, versions, now, cpuSeconds, wallClock, stopRequested };
  const work = () =>
    trainRun(
      { config, data, run: out, resume, ...(startFrom !== undefined && { startFrom }), ...(method && { method }) },
      host,
    );
  const outcome = await (out === MEMORY ? work() : surroundings.holding(out, work));
  if (outcome === 'stopped') throw signal?.reason;
  const run = openRun(files, out);
  const { dice, step, network } = await run.best();
  return { model: await run.model(), bestDice: dice, bestStep: step, network, run };
}

interface Asked {
  readonly config: RequestedConfig;
  readonly method?: Method;
}

async function fresh(files: Files, { out, settings = {} }: TrainOptions): Promise<Asked> {
  if (out !== undefined && (await hasFile(files, out, 'checkpoint'))) {
    const hint = 'Continue it with resume: true, or choose another folder.';
    throw new PatchclError('bad-usage', 'this folder already holds a run', { subject: out, hint });
  }
  return configOf(settings);
}

async function resumed(files: Files, { out, settings = {} }: TrainOptions): Promise<Asked> {
  const { method, ...others } = settings;
  if (out === undefined || !(await hasFile(files, out, 'checkpoint'))) {
    const hint = 'Start the run: leave resume out.';
    throw new PatchclError('bad-usage', 'there is no checkpoint to continue from', { subject: out ?? 'out', hint });
  }
  const [name] = Object.keys(others);
  if (name !== undefined) {
    const hint = 'Leave it out, or start a new run in another folder.';
    throw new PatchclError('bad-usage', 'a resumed run keeps the settings it was started with', {
      subject: name,
      hint,
    });
  }
  const config = await openRun(files, out).request();
  const asked = configOf({ method: method ?? config.method });
  if (asked.config.method === config.method) return { ...asked, config };
  const problem = `the run was started with the method "${config.method}", this is "${asked.config.method}"`;
  throw new PatchclError('bad-usage', problem, { subject: out });
}

async function dataOf(files: Files, { data, resume, out = MEMORY }: TrainOptions): Promise<string | Dataset> {
  if (typeof data === 'object') return datasetFrom(data);
  if (data !== undefined) return data;
  if (resume) return openRun(files, out).dataFolder('Give its place with data.');
  throw new PatchclError('bad-usage', 'the data set is missing', {
    hint: 'Give its folder, or the data set, as data.',
  });
}
