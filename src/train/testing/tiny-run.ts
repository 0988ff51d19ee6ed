import type { Files } from '../../core/files.ts';
import { memoryFiles } from '../../core/memory-files.ts';
import { runPath } from '../../runs/run-folder.ts';
import { trainRun } from '../../runs/train-run.ts';
import { nodeRuntime } from '../../runtime/node/runtime.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { resolveConfig } from '../../settings/load-config.ts';
import type { Overrides } from '../../settings/settings-file.ts';
import type { ValidationReport } from '../trainer.ts';
import { tinyData } from './tiny-data.ts';

export const RUN = 'run';

/** Settings of a training of a second: every phase of PatchCL, dropout, three validations. */
export const TINY: Overrides = {
  size: 16,
  labelled: 2,
  budget: { steps: 24 },
  validations: 3,
  threads: 1,
  network: { widths: [4, 6], stem: 'plain', dropout: [0, 0.25] },
  batch: { labelled: 2, unlabelled: 3 },
  consistency: { start: 0.2, ramp: 0.1, threshold: 0.4 },
  contrast: {
    weight: 0.1,
    warmUp: 0.5,
    dimensions: 4,
    anchorsPerClass: 3,
    positivesPerAnchor: 2,
    keysPerClass: 24,
    leastKeys: 4,
  },
};

const runtime = nodeRuntime({ threads: 1 });

export interface TinyRunOptions {
  readonly overrides?: Overrides;
  readonly resume?: boolean | 'before';
  /** Folder of the run. Default `run`. */
  readonly run?: string;
  /** Folder of an earlier run to start from. */
  readonly startFrom?: string;
  /** Asks to stop after this step. */
  readonly stopAt?: number;
  /** Dies at this step, as after kill -9. */
  readonly dieAt?: number;
  /** Seconds that every run of a graph takes, by the run's own clock. */
  readonly secondsPerRun?: number;
  /** What a validation has found. */
  readonly onValidation?: (report: ValidationReport) => void;
  /** What a person is told. */
  readonly onNote?: (text: string) => void;
  /** Threads that compute all the time: processor seconds per second. */
  readonly threads?: number;
}

export class Killed extends Error {}

/** Trains in memory, by a clock that moves with every run of a graph and stands still else. */
export async function tinyRun(files: Files, options: TinyRunOptions = {}): Promise<'finished' | 'stopped'> {
  const {
    overrides = {},
    resume = false,
    run = RUN,
    startFrom,
    stopAt,
    dieAt,
    secondsPerRun = 0.01,
    threads = 1,
    onNote,
    onValidation,
  } = options;
  let step = 0;
  let now = 0;
  const clock = () => now;
  const config = resolveConfig({ overrides: merged(TINY, overrides) });
  return trainRun(
    { config, data: 'data', run, resume, ...(startFrom !== undefined && { startFrom }) },
    {
      files,
      runtime: timed(() => {
        now += secondsPerRun;
      }),
      versions: {},
      now: clock,
      cpuSeconds: () => threads * now,
      wallClock: clock,
      stopRequested: () => stopAt !== undefined && step >= stopAt,
      reporter: {
        note: (text) => onNote?.(text),
        start() {},
        step(report) {
          step = report.step;
          if (step === dieAt) throw new Killed();
        },
        validation: (report) => onValidation?.(report),
      },
    },
  );
}

/** The runtime, telling of every run. */
function timed(onRun: () => void): Runtime {
  return {
    ...runtime,
    load: async (model) => {
      const session = await runtime.load(model);
      return {
        dispose: () => session.dispose(),
        run: (...values) => {
          onRun();
          return session.run(...values);
        },
      };
    },
  };
}

function merged(base: Overrides, over: Overrides): Overrides {
  const isTree = (value: unknown): value is Overrides => value?.constructor === Object;
  const entries = Object.entries(over).map(([name, value]) => {
    const below = base[name];
    return [name, isTree(below) && isTree(value) ? merged(below, value) : value];
  });
  return { ...base, ...Object.fromEntries(entries) };
}

/** Files with the tiny data set. */
export function tinyFiles(changes: Readonly<Record<string, Uint8Array | string>> = {}): Files {
  return memoryFiles({ ...tinyData(), ...changes });
}

/** What a run must repeat to the bit: weights, whole state, and the log without its clocks. */
export async function outcome(files: Files) {
  const [best, checkpoint] = [await files.read(runPath(RUN, 'best')), await files.read(runPath(RUN, 'checkpoint'))];
  return {
    best: Buffer.from(best).toString('base64'),
    checkpoint: Buffer.from(checkpoint).toString('base64'),
    log: withoutClocks(new TextDecoder().decode(await files.read(runPath(RUN, 'metrics')))),
  };
}

/** A CSV log without the columns that tell the time. */
export function withoutClocks(csv: string): string[] {
  const [header = '', ...lines] = csv.trimEnd().split('\n');
  const clocks = header
    .split(',')
    .map((name) => /^(wall_seconds|imagesPerSecond|trainingSeconds|cpuSeconds)$/.test(name));
  return [header, ...lines].map((line) =>
    line
      .split(',')
      .filter((_, column) => !clocks[column])
      .join(','),
  );
}
