/**
 * `npm run fuzz -- --count 100000`: damaged files into every reader. Each must be read whole or be refused with one sentence,
 * within the limits of time and memory. Inputs are read in a process of its own, which is replaced when it hangs or dies.
 * Prints a table; exits with 1 when an input failed and says how to read that one again.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { textTable } from '../../src/report/table.ts';
import type { WorkerLine } from './worker.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    first: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    files: { type: 'string', default: '' },
    seconds: { type: 'string', default: '10' },
    memory: { type: 'string', default: '1024' },
  },
});
const [count, seconds, memory] = [values.count, values.seconds, values.memory].map(Number) as [number, number, number];

const TICK = 250;

interface Tally {
  read: number;
  refused: number;
  failed: number;
  slowest: number;
}
const tallies = new Map<string, Tally>();
const failures: string[] = [];
let peak = 0;

/** Runs a worker from an input on. @returns the number of the input to go on with */
function runWorker(from: number): Promise<number> {
  const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
  const args = [String(from), values.count, values.seed, values.only, values.files];
  const child = spawn(process.execPath, ['--import', 'tsx', worker, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [at, reason, errors] = [from, 'the process died', ''];
  let ticks = 0;
  // Files to damage are made first, which takes as long as the machine is busy.
  let isReady = false;
  // Ticks rather than time on the clock, which goes on while the machine makes this process wait.
  const timer = setInterval(() => {
    if (isReady && ++ticks * TICK > seconds * 1000) kill(`took more than ${seconds} s`);
  }, TICK);
  const kill = (why: string) => {
    reason = why;
    child.kill('SIGKILL');
  };
  child.stderr.on('data', (data) => {
    errors = (errors + data).slice(-400);
  });
  createInterface(child.stdout).on('line', (line) => {
    ticks = 0;
    isReady = true;
    if (!line.startsWith('{')) {
      at = Number(line);
      return;
    }
    const result = JSON.parse(line) as WorkerLine;
    note(result);
    if (result.outcome === 'wrong') failures.push(`${at} ${result.extension}: ${result.problem}`);
    if (result.peak > memory) kill(`took ${result.peak} MiB`);
  });
  return new Promise((resolve) => {
    child.on('close', (status) => {
      clearInterval(timer);
      if (status === 0) return resolve(count);
      failures.push(`${at}: ${reason} ${errors.trim()}`);
      resolve(at + 1);
    });
  });
}

function note({ extension, outcome, ms, peak: reached }: WorkerLine): void {
  const tally = tallies.get(extension) ?? { read: 0, refused: 0, failed: 0, slowest: 0 };
  tally[outcome === 'wrong' ? 'failed' : outcome]++;
  tally.slowest = Math.max(tally.slowest, ms);
  tallies.set(extension, tally);
  peak = Math.max(peak, reached);
}

for (let next = Number(values.first); next < count; ) next = await runWorker(next);
const titles = ['format', 'inputs', 'read', 'refused', 'wrong', 'slowest (ms)'];
const table = textTable({
  columns: titles.map((title) => ({ title, digits: 0 })),
  rows: [...tallies].map(([extension, { read, refused, failed, slowest }]) => {
    return [extension, read + refused + failed, read, refused, failed, slowest];
  }),
});
process.stdout.write(`${table}\n`);
process.stdout.write(`seed ${values.seed}, peak memory ${peak} MiB, failures ${failures.length}\n`);
for (const failure of failures.slice(0, 40)) process.stdout.write(`  ${failure}\n`);
if (failures.length > 0) {
  process.stdout.write('Again: npm run fuzz -- --first N --count N+1 with the same other options.\n');
  process.exitCode = 1;
}
