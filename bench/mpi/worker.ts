/** One rank of a measurement: times of all-reduces and of training steps, told by rank 0 as one line of JSON. */
import { joinMpi } from '../../src/runtime/node/mpi/ranks.ts';
import { tunedNodeRuntime } from '../../src/runtime/node/runtime.ts';
import { TimedRanks } from '../../src/train/pace.ts';
import { pipeline } from '../pipeline.ts';
import { median } from '../times.ts';
import { trainingStep } from '../training-step.ts';

/** What a worker is told, as JSON on its command line. */
export interface Work {
  readonly method: string;
  /** Labelled images, and as many unlabelled ones, of all ranks together. */
  readonly batch: number;
  readonly size: number;
  readonly threads: number;
  readonly steps: number;
  /** Bytes of the all-reduces to time. */
  readonly messages: readonly number[];
}

export interface Measured {
  readonly ranks: number;
  /** ms, median, the making of its batch included */
  readonly step: number;
  /** ms of it that the slowest rank works, median */
  readonly work: number;
  /** Bytes of each message of a step. */
  readonly stepMessages: readonly number[];
  /** Bytes and median ms of each all-reduce. */
  readonly allReduce: readonly (readonly [number, number])[];
}

/** Slices of each pool that batches are drawn from. */
const SLICES = 100;

const work: Work = JSON.parse(process.argv[2] as string);
const ranks = await joinMpi(process.env);
const timed = new TimedRanks(ranks, () => performance.now());
const runtime = await tunedNodeRuntime({ threads: work.threads });
const shared = ranks.count > 1 ? timed : undefined;
const { stateful, feeds, requests, settings, messages } = await trainingStep(
  { ...work, network: 'lean' },
  runtime,
  shared,
);
const batch = { ...settings.batch, labelled: work.batch, unlabelled: work.batch };
const makeBatch = pipeline({ ...settings, batch }, requests, SLICES, shared);

const steps: number[] = [];
const works: number[] = [];
for (let i = 0; i < work.steps + 2; i++) {
  await ranks.sum(new Float32Array(1));
  const [start, waited] = [performance.now(), timed.waited];
  await stateful.step({ ...feeds, ...makeBatch(i) });
  const seconds = performance.now() - start;
  const own = new Float32Array(ranks.count);
  own[ranks.index] = seconds - (timed.waited - waited);
  await ranks.sum(own);
  if (i < 2) continue;
  steps.push(seconds);
  works.push(Math.max(...own));
}
await stateful.dispose();

const allReduce: [number, number][] = [];
for (const bytes of work.messages) {
  const values = new Float32Array(bytes / 4);
  const times: number[] = [];
  for (let i = 0; i < 12; i++) {
    await ranks.sum(new Float32Array(1));
    const start = performance.now();
    await ranks.sum(values);
    times.push(performance.now() - start);
  }
  allReduce.push([bytes, median(times.slice(2))]);
}
const measured: Measured = {
  ranks: ranks.count,
  step: median(steps),
  work: median(works),
  stepMessages: messages,
  allReduce,
};
if (ranks.index === 0) process.stdout.write(`${JSON.stringify(measured)}\n`);
ranks.leave();
