/**
 * Times training steps of one network and method in a process of its own, so that peak memory is its own too.
 *
 * usage: tsx bench/step.ts '{"method": "supervised", "network": "classic", "batch": 4, "size": 256, "steps": 7, "threads": 2}'
 * prints one line of JSON: {"train": [ms, ...], "load": ms, "memoryMb": n}
 */
import { tunedNodeRuntime } from '../src/runtime/node/runtime.ts';
import { timed } from './timed.ts';
import { type TrainingStep, trainingStep } from './training-step.ts';

export interface StepBenchmark extends TrainingStep {
  readonly steps: number;
  readonly threads: number;
}

export interface StepTimes {
  readonly train: readonly number[];
  readonly load: number;
  readonly memoryMb: number;
}

async function measure(benchmark: StepBenchmark): Promise<StepTimes> {
  const { steps, threads } = benchmark;
  const { stateful, feeds, load } = await trainingStep(benchmark, await tunedNodeRuntime({ threads }));
  const train = await timed(steps, () => stateful.step(feeds));
  const memoryMb = process.resourceUsage().maxRSS / 1024;
  await stateful.dispose();
  return { train, load, memoryMb };
}

process.stdout.write(`${JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '{}') as StepBenchmark))}\n`);
