/**
 * Times training steps of one network and method in a process of its own, so that peak memory is its own too.
 *
 * usage: tsx bench/step.ts '{"method": "supervised", "network": "classic", "batch": 4, "size": 256, "steps": 7, "threads": 2}'
 * prints one line of JSON: {"train": [ms, ...], "load": ms, "memoryMb": n}
 */
import { Rng } from '../src/core/rng.ts';
import { networkWidths } from '../src/data/plan/widths.ts';
import { sizeOf } from '../src/graph/tensor.ts';
import { methodNamed } from '../src/methods/index.ts';
import type { StepShape } from '../src/methods/step-graph.ts';
import { sgd } from '../src/nn/optimisers.ts';
import type { UNetOptions } from '../src/nn/unet.ts';
import { tunedNodeRuntime } from '../src/runtime/node/runtime.ts';
import { floats, type NamedValues, type Values } from '../src/runtime/runtime.ts';
import { StatefulSession } from '../src/runtime/stateful.ts';
import { configSchema } from '../src/train/config.ts';
import { plannedConfig } from '../src/train/plan.ts';
import { PRESETS } from '../src/train/presets.ts';
import { stepProgram } from '../src/train/program.ts';
import { initialState } from '../src/train/state.ts';
import { timed } from './timed.ts';

/** What to time. */
export interface StepBenchmark {
  readonly method: string;
  /** `classic`: the U-Net of SSL4MIS with batch norm; `lean`: that of the default preset. */
  readonly network: 'classic' | 'lean';
  /** Labelled images, and as many unlabelled ones where the method uses them. */
  readonly batch: number;
  readonly size: number;
  readonly steps: number;
  readonly threads: number;
}

export interface StepTimes {
  readonly train: readonly number[];
  readonly load: number;
  readonly memoryMb: number;
}

const SEED = 1;

async function measure({
  method: name,
  network: kind,
  batch,
  size,
  steps,
  threads,
}: StepBenchmark): Promise<StepTimes> {
  const requested = configSchema.parse({ ...PRESETS[kind === 'classic' ? 'paper' : 'default'] });
  const config = plannedConfig(requested, kind === 'classic' ? undefined : { size, widths: networkWidths(size, 2) });
  const network: UNetOptions = { ...config.network, channels: 1, classes: 4 };
  const shape: StepShape = { network, size, labelled: batch, unlabelled: batch };
  const settings = kind === 'classic' ? { ...config, supervised: { dice: 0 } } : config;
  const method = methodNamed(name);
  const phase = method.phases(settings).at(-1);
  if (phase === undefined) throw new Error(`${name} has no phases`);
  const runtime = await tunedNodeRuntime({ threads });
  const optimiser = sgd({ momentum: 0.9, weightDecay: 1e-4 });
  const program = stepProgram(phase, { shape, settings, optimiser, target: runtime.target });
  const state = initialState(method, settings, shape, optimiser, SEED);

  const loadStart = performance.now();
  const session = await runtime.load(program.model);
  const load = performance.now() - loadStart;
  const initial = Object.fromEntries(Object.entries(state).map(([key, { data }]) => [key, data]));
  const stateful = new StatefulSession(session, program.state, initial);
  const feeds = randomFeeds(program.feeds);
  const train = await timed(steps, () => stateful.step(feeds));
  const memoryMb = process.resourceUsage().maxRSS / 1024;
  await stateful.dispose();
  return { train, load, memoryMb };
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

process.stdout.write(`${JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '{}') as StepBenchmark))}\n`);
