/**
 * `npm run bench`: training and inference speed beside PyTorch's on the same cores in the same run. Every measurement is a
 * process of its own; peers take turns, so that a machine whose speed drifts is fair to both. Ratios are PyTorch / patchcl. Prints a table and writes
 * bench/results/speed.json. Without PyTorch (Debian: apt-get install python3-torch) its rows are skipped with a sentence.
 */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Cell, textTable } from '../src/report/table.ts';
import type { InferenceBenchmark, InferenceTimes } from './inference.ts';
import type { StepBenchmark, StepTimes } from './step.ts';

const run = promisify(execFile);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const THREADS = availableParallelism();
const STEPS = 5;
const ROUNDS = 3;

const script = async (name: string, benchmark: object): Promise<unknown> => {
  const options = JSON.stringify({ ...benchmark, steps: STEPS, threads: THREADS });
  const { stdout } = await run(process.execPath, ['--import', 'tsx', here(name), options]);
  return JSON.parse(stdout);
};

const step = async (benchmark: Omit<StepBenchmark, 'steps' | 'threads'>) =>
  (await script('step.ts', benchmark)) as StepTimes;

const inference = async (benchmark: Omit<InferenceBenchmark, 'steps' | 'threads'>) =>
  (await script('inference.ts', benchmark)) as InferenceTimes;

interface PeerTimes extends Omit<StepTimes, 'load'> {
  readonly inference: readonly number[];
}

const torch = async (python: string, batch: number, size: number): Promise<PeerTimes> => {
  const { stdout } = await run(python, [here('peers/unet_step.py'), ...[batch, size, STEPS, THREADS].map(String)]);
  return JSON.parse(stdout) as PeerTimes;
};

async function pythonWithTorch(): Promise<string | undefined> {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      await run(python, ['-c', 'import torch']);
      return python;
    } catch {
      // Try the next one.
    }
  }
  return undefined;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2;
}

/** Over all steps of all rounds. The best step tells what the program can do, the median what the machine let it do. */
interface Times {
  readonly median: number;
  readonly best: number;
}

interface Row {
  readonly what: string;
  readonly patchcl: Times;
  readonly pytorch?: Times;
  readonly unit: string;
}

function times(values: readonly number[]): Times {
  return { median: median(values), best: Math.min(...values) };
}

const rows: Row[] = [];
const python = await pythonWithTorch();
if (python === undefined)
  process.stderr.write('PyTorch is not installed (apt-get install python3-torch): its rows are skipped.\n');

for (const [batch, size] of [
  [4, 256],
  [24, 128],
] as const) {
  const own: (StepTimes & InferenceTimes)[] = [];
  const peers: PeerTimes[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const trained = await step({ method: 'supervised', network: 'classic', batch, size });
    own.push({ ...trained, ...(await inference({ batch, size })) });
    if (python !== undefined) peers.push(await torch(python, batch, size));
  }
  const label = `U-Net, ${batch} x 1 x ${size} x ${size}`;
  const compare = (
    what: string,
    unit: string,
    pick: (t: StepTimes & InferenceTimes) => readonly number[],
    pickPeer: (t: PeerTimes) => readonly number[],
  ) => {
    const peer = peers.length === 0 ? {} : { pytorch: times(peers.flatMap(pickPeer)) };
    rows.push({ what: `${label}: ${what}`, patchcl: times(own.flatMap(pick)), unit, ...peer });
  };
  const train = (t: Pick<StepTimes, 'train'>) => t.train;
  const memory = (t: Pick<StepTimes, 'memoryMb'>) => [t.memoryMb];
  compare('training step', 'ms', train, train);
  const peerInference = (t: PeerTimes) => t.inference;
  compare('inference', 'ms', ({ float32 }) => float32, peerInference);
  compare('inference, int8', 'ms', ({ int8 }) => int8, peerInference);
  compare('peak memory', 'MB', memory, memory);
}

for (const method of ['supervised', 'mean-teacher', 'patchcl']) {
  const { train, load } = await step({ method, network: 'lean', batch: 12, size: 128 });
  rows.push({ what: `default preset, 12 + 12 x 128 x 128: ${method} step`, patchcl: times(train), unit: 'ms' });
  if (method === 'patchcl') rows.push({ what: 'session start', patchcl: times([load]), unit: 'ms' });
}

const TITLES = ['', 'median', 'PyTorch', 'ratio', 'best', 'PyTorch', 'ratio'];
const table = {
  columns: [...TITLES.map((title) => ({ title, digits: title === 'ratio' ? 2 : 0 })), { title: 'unit' }],
  rows: rows.map(({ what, patchcl, pytorch, unit }): Cell[] => {
    const compared = (['median', 'best'] as const).flatMap((key) => {
      return [patchcl[key], pytorch?.[key] ?? null, pytorch === undefined ? null : pytorch[key] / patchcl[key]];
    });
    return [what, ...compared, unit];
  }),
};
const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${THREADS} threads, Node ${process.version}`;
process.stdout.write(`${machine}\n${textTable(table)}\n`);
await mkdir(here('results'), { recursive: true });
await writeFile(here('results/speed.json'), `${JSON.stringify({ machine, rows }, null, 2)}\n`);
