/**
 * Times training steps of one network and method in a process of its own, so that peak memory is its own too.
 *
 * usage: tsx bench/step.ts '{"method": "supervised", "network": "classic", "batch": 4, "size": 256, "steps": 7, "threads": 2}'
 * prints one line of JSON: {"train": [ms, ...], "pipeline": [ms, ...], "load": ms, "memoryMb": n}
 */
import { tunedNodeRuntime } from '../src/runtime/node/runtime.ts';
import { pipeline } from './pipeline.ts';
import { timed } from './times.ts';
import { type TrainingStep, trainingStep } from './training-step.ts';

export interface StepBenchmark extends TrainingStep {
  readonly steps: number;
  readonly threads: number;
  /** Slices of each pool that batches are drawn from. Default 100. */
  readonly slices?: number;
}

export interface StepTimes {
  readonly train: readonly number[];
  /** Making the batch of a step, ms. */
  readonly pipeline: readonly number[];
  readonly load: number;
  readonly memoryMb: number;
}

/** Batches until V8 has compiled what makes them. */
const COMPILED = 20;

async function measure(benchmark: StepBenchmark): Promise<StepTimes> {
  const { steps, threads, batch, slices = 100 } = benchmark;
  const { stateful, feeds, requests, settings, load } = await trainingStep(
    benchmark,
    await tunedNodeRuntime({ threads }),
  );
  const train = await timed(steps, () => stateful.step(feeds));
  const memoryMb = process.resourceUsage().maxRSS / 1024;
  await stateful.dispose();
  const make = pipeline(
    { ...settings, batch: { ...settings.batch, labelled: batch, unlabelled: batch } },
    requests,
    slices,
  );
  let step = 0;
  return { train, load, memoryMb, pipeline: await timed(steps, async () => make(step++), COMPILED) };
}

process.stdout.write(`${JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '{}') as StepBenchmark))}\n`);
