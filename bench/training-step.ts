/** A training step on random data, ready to run: what the benchmarks time and profile. */
import { Rng } from '../src/core/rng.ts';
import { networkWidths } from '../src/data/plan/widths.ts';
import { sizeOf } from '../src/graph/tensor.ts';
import { methodNamed } from '../src/methods/index.ts';
import type { StepShape } from '../src/methods/step-graph.ts';
import { sgd } from '../src/nn/optimisers.ts';
import type { UNetOptions } from '../src/nn/unet.ts';
import { floats, type NamedValues, type Runtime, type StepSession, type Values } from '../src/runtime/runtime.ts';
import { startSteps } from '../src/runtime/stateful.ts';
import { configSchema } from '../src/train/config.ts';
import { plannedConfig } from '../src/train/plan.ts';
import { PRESETS } from '../src/train/presets.ts';
import { stepProgram } from '../src/train/program.ts';
import { initialState } from '../src/train/state.ts';

/** What to time. */
export interface TrainingStep {
  readonly method: string;
  /** `classic`: the U-Net of SSL4MIS with batch norm; `lean`: that of the default preset. */
  readonly network: 'classic' | 'lean';
  /** Labelled images, and as many unlabelled ones where the method uses them. */
  readonly batch: number;
  readonly size: number;
  readonly threads?: number;
}

export const SEED = 1;

/** The settings behind a benchmark's name for them. */
export function benchSettings({ network: kind, size }: Pick<TrainingStep, 'network' | 'size'>) {
  const preset = configSchema.parse(PRESETS[kind === 'classic' ? 'paper' : 'default']);
  const config = plannedConfig(preset, kind === 'classic' ? undefined : { size, widths: networkWidths(size, 2) });
  const network: UNetOptions = { ...config.network, channels: 1, classes: 4 };
  // PyTorch's peer has cross-entropy alone.
  const settings = kind === 'classic' ? { ...config, supervised: { ...config.supervised, dice: 0 } } : config;
  return { settings, network };
}

/** The last phase of a method, loaded. `load` is the time that took, ms. */
export async function trainingStep(
  benchmark: TrainingStep,
  runtime: Runtime,
): Promise<{ stateful: StepSession; feeds: NamedValues; load: number }> {
  const { method: name, batch, size } = benchmark;
  const { settings, network } = benchSettings(benchmark);
  const shape: StepShape = { network, size, labelled: batch, unlabelled: batch };
  const method = methodNamed(name);
  const phase = method.phases(settings).at(-1);
  if (phase === undefined) throw new Error(`${name} has no phases`);
  const optimiser = sgd({ momentum: 0.9, weightDecay: 1e-4 });
  const program = stepProgram(phase, { shape, settings, optimiser, target: runtime.target });
  const state = initialState(method, settings, shape, optimiser, SEED);
  const start = performance.now();
  const initial = Object.fromEntries(Object.entries(state).map(([key, { data }]) => [key, data]));
  const stateful = await startSteps(runtime, { ...program, initial });
  return { stateful, feeds: randomFeeds(program.feeds), load: performance.now() - start };
}

function randomFeeds(feeds: ReturnType<typeof stepProgram>['feeds']): NamedValues {
  const rng = new Rng(SEED, 'feeds');
  const scalar = (value: number): Values => floats(Float32Array.of(value), []);
  const values: Record<string, Values> = {
    learningRate: scalar(0.01),
    optimiserStep: scalar(1),
    emaDecay: scalar(0.99),
  };
  for (const { name, kind, shape } of feeds) {
    const length = sizeOf(shape);
    values[name] =
      kind === 'labels'
        ? { dtype: 'int32', shape, data: Int32Array.from({ length }, () => rng.int(4)) }
        : floats(
            Float32Array.from({ length }, () => (kind === 'scheduled' ? 1 : rng.float())),
            shape,
          );
  }
  return values;
}
