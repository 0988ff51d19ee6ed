/** Runs measurements as processes of their own, ours and PyTorch's. */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { InferenceBenchmark, InferenceTimes } from './inference.ts';
import type { StepBenchmark, StepTimes } from './step.ts';

const run = promisify(execFile);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
export const THREADS = availableParallelism();
/** Counted steps of a process. */
const STEPS = 5;

async function script(name: string, benchmark: object): Promise<unknown> {
  const options = JSON.stringify({ steps: STEPS, threads: THREADS, ...benchmark });
  const { stdout } = await run(process.execPath, ['--import', 'tsx', here(name), options]);
  return JSON.parse(stdout);
}

type Defaulted<T> = Omit<T, 'steps' | 'threads'> & { readonly threads?: number; readonly steps?: number };

export async function step(benchmark: Defaulted<StepBenchmark>): Promise<StepTimes> {
  return (await script('step.ts', benchmark)) as StepTimes;
}

export async function inference(benchmark: Defaulted<InferenceBenchmark>): Promise<InferenceTimes> {
  return (await script('inference.ts', benchmark)) as InferenceTimes;
}

/** What PyTorch takes for the same. */
export interface PeerTimes extends Pick<StepTimes, 'train' | 'memoryMb'> {
  readonly inference: readonly number[];
}

export async function torch(python: string, batch: number, size: number): Promise<PeerTimes> {
  const { stdout } = await run(python, [here('peers/unet_step.py'), ...[batch, size, STEPS, THREADS].map(String)]);
  return JSON.parse(stdout) as PeerTimes;
}

/** A Python that has PyTorch. */
export async function pythonWithTorch(): Promise<string | undefined> {
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
