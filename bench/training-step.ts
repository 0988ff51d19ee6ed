/** A training step on random data, ready to run: what the benchmarks time and profile. */
import { ALONE, type Ranks } from '../src/core/ranks.ts';
import { Rng } from '../src/core/rng.ts';
import { networkWidths } from '../src/data/plan/widths.ts';
import { sizeOf } from '../src/graph/shape.ts';
import type { Feed } from '../src/methods/feeds.ts';
import { methodNamed } from '../src/methods/index.ts';
import type { StepShape } from '../src/methods/step-shape.ts';
import { sgd } from '../src/nn/optimisers.ts';
import type { UNetOptions } from '../src/nn/unet.ts';
import { floats, type NamedValues, type Runtime, type StepSession, type Values } from '../src/runtime/runtime.ts';
import { startSteps } from '../src/runtime/stateful.ts';
import type { Config } from '../src/settings/config.ts';
import { resolveConfig } from '../src/settings/load-config.ts';
import { plannedConfig } from '../src/settings/plan.ts';
import type { Overrides } from '../src/settings/settings-file.ts';
import { PartOfBatch } from '../src/train/part-of-batch.ts';
import { stepProgram } from '../src/train/program.ts';
import { initialState } from '../src/train/state.ts';
import { optimiserOf } from '../src/train/trainer.ts';

/** What to time. */
export interface TrainingStep {
  readonly method: string;
  /** `classic`: the U-Net of SSL4MIS with batch norm; `lean`: that of the default preset. */
  readonly network: 'classic' | 'lean';
  /** Labelled images, and as many unlabelled ones where the method uses them. */
  readonly batch: number;
  readonly size: number;
  /** Background included. Default 4. */
  readonly classes?: number;
  readonly threads?: number;
  /** Settings over those of the preset. */
  readonly overrides?: Overrides;
}

export const SEED = 1;

/** The settings behind a benchmark's name for them. */
export function benchSettings({
  method,
  network: kind,
  size,
  classes = 4,
  overrides = {},
}: Pick<TrainingStep, 'method' | 'network' | 'size' | 'classes' | 'overrides'>) {
  const preset = resolveConfig({
    overrides: { method, preset: kind === 'classic' ? 'paper' : 'contrast', ...overrides },
  });
  const config = plannedConfig(
    preset,
    kind === 'classic' ? undefined : { size, widths: networkWidths(size, 2, preset.network.levels) },
  );
  const network: UNetOptions = { ...config.network, channels: 1, classes };
  // PyTorch's peer has cross-entropy alone.
  const settings = kind === 'classic' ? { ...config, supervised: { ...config.supervised, dice: 0 } } : config;
  return { settings, network };
}

export interface LoadedStep {
  readonly stateful: StepSession;
  /** Random values for all that a step is fed. */
  readonly feeds: NamedValues;
  /** What the batch maker has to make of them. */
  readonly requests: readonly Feed[];
  readonly settings: Config;
  /** Bytes of each message between ranks, one after the other. */
  readonly messages: readonly number[];
  /** Time it took to load, ms. */
  readonly load: number;
}

/** The last phase of a method, loaded. @param ranks who shares the batch; default: nobody */
export async function trainingStep(benchmark: TrainingStep, runtime: Runtime, ranks?: Ranks): Promise<LoadedStep> {
  const { method: name, batch, size } = benchmark;
  const { settings, network } = benchSettings(benchmark);
  const { labelled, unlabelled } = new PartOfBatch({ labelled: batch, unlabelled: batch }, ranks ?? ALONE);
  const shape: StepShape = { network, size, labelled, unlabelled, ...(ranks && { place: ranks }) };
  const method = methodNamed(name);
  const phase = method.phases(settings).at(-1);
  if (phase === undefined) throw new Error(`${name} has no phases`);
  // PyTorch's peer moves by SGD; a preset by what it says.
  const optimiser = benchmark.network === 'classic' ? sgd({ momentum: 0.9, weightDecay: 1e-4 }) : optimiserOf(settings);
  const program = stepProgram(phase, { shape, settings, optimiser, target: runtime.target });
  const state = initialState({ method, settings, shape, optimiser, seed: SEED, own: program.own });
  const start = performance.now();
  const initial = Object.fromEntries(Object.entries(state).map(([key, { data }]) => [key, data]));
  const stateful = await startSteps(runtime, { ...program, initial }, ranks);
  const load = performance.now() - start;
  return {
    stateful,
    feeds: randomFeeds(program.feeds, network.classes),
    requests: program.feeds,
    settings,
    load,
    messages: program.before.map(({ length }) => 4 * length),
  };
}

function randomFeeds(feeds: readonly Feed[], classes: number): NamedValues {
  const rng = new Rng(SEED, 'feeds');
  const scalar = (value: number): Values => floats(Float32Array.of(value), []);
  const values: Record<string, Values> = {
    learningRate: scalar(0.01),
    emaDecay: scalar(0.99),
  };
  for (const { name, kind, shape } of feeds) {
    const length = sizeOf(shape);
    values[name] =
      kind === 'labels'
        ? { dtype: 'int32', shape, data: Int32Array.from({ length }, () => rng.int(classes)) }
        : floats(
            Float32Array.from({ length }, () => (kind === 'scheduled' ? 1 : rng.float())),
            shape,
          );
  }
  return values;
}
