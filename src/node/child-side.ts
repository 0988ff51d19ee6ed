import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { PatchclError, traceOf } from '../core/errors.ts';
import type { FromChild, ToldError } from './supervised-child.ts';

/** Milliseconds between two signs of life at least. */
const TELL_EVERY = 200;

/** Ends this process when the one that started it is gone, whatever it is at: a decoder that runs away hears no message. */
const WATCH = `const parent = process.ppid;
setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 500);`;

/** Tells that work goes on; as often as one likes. */
export type Alive = () => void;

/**
 * Answers what the process that started this one asks, one thing after the other, until it is gone.
 *
 * @param answer gives plain data. What it throws is told
 */
export function answerParent(answer: (message: unknown, alive: Alive) => Promise<unknown>): void {
  new Worker(WATCH, { eval: true }).unref();
  dieFirst();
  const tell = (message: FromChild) => {
    if (process.connected) process.send?.(message);
  };
  let told = 0;
  const alive = () => {
    const now = Date.now();
    if (now - told < TELL_EVERY) return;
    told = now;
    tell({ type: 'alive' });
  };
  process.on('message', async (message) => {
    try {
      tell({ type: 'done', value: await answer(message, alive) });
    } catch (error) {
      tell({ type: 'failed', error: toldError(error) });
    }
  });
  process.on('disconnect', () => process.exit(0));
}

/** Where memory is short the system ends this process rather than another one. */
function dieFirst(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Not Linux.
  }
}

function toldError(error: unknown): ToldError {
  if (error instanceof PatchclError) {
    const { code, problem, subject, hint } = error;
    return { code, problem, subject, hint };
  }
  // What a volume is too large for, rather than a mistake.
  if (
    error instanceof RangeError &&
    /allocation failed|Invalid typed array length|Invalid array/i.test(error.message)
  ) {
    return { code: 'bad-data', problem: `there is not enough memory for it (${error.message.toLowerCase()})` };
  }
  return { code: 'bug', problem: traceOf(error) };
}
