import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { memoryOf } from '../src/node/memory.ts';
import { processorTime } from '../src/node/processor-time.ts';
import { PROGRAM } from '../src/testing/built-program/program.ts';

/** What a whole command took, with the processes that it started. */
export interface CommandCost {
  readonly status: number | null;
  /** Standard output and standard error. */
  readonly text: string;
  readonly wallSeconds: number;
  readonly processorSeconds: number;
  /** Most bytes in memory at one time, all its processes together. */
  readonly peakBytes: number;
}

const EVERY_MS = 50;

/** Process numbers of a process and of those that it has started, at any depth. */
function family(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) => {
    const text = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8');
    return text.split(' ').filter((part) => part !== '');
  });
  return [pid, ...children.flatMap((child) => family(Number(child)))];
}

/** Runs `patchcl` with arguments and watches it. Linux only: nowhere else can memory be read without a tool. */
export async function commandCost(args: readonly string[]): Promise<CommandCost> {
  const start = performance.now();
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => {
      text += data;
    });
  const milliseconds = new Map<number, number>();
  let peakBytes = 0;
  const watch = setInterval(() => {
    try {
      const pids = family(child.pid as number);
      for (const pid of pids) milliseconds.set(pid, processorTime(pid) ?? 0);
      const bytes = pids.reduce((sum, pid) => sum + (memoryOf(pid) ?? 0), 0);
      peakBytes = Math.max(peakBytes, bytes);
    } catch {
      // One of them has ended meanwhile.
    }
  }, EVERY_MS);
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watch);
  const processor = [...milliseconds.values()].reduce((sum, value) => sum + value, 0);
  const wallSeconds = (performance.now() - start) / 1000;
  return { status, text, wallSeconds, processorSeconds: processor / 1000, peakBytes };
}
