import { mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PatchclError } from '../core/errors.ts';
import { attempt, contentOf, giveBack, isClaimRemnant, renew, renewedAt } from './claim.ts';
import { isTemporary } from './node-files.ts';

/** Says which process writes to the folder it stands in. */
export const HOLDER_FILE = '.patchcl-running';

/** Milliseconds: what a training whose parent was killed may need to end. */
const PATIENCE = 5000;
const PAUSE = 100;

/** Milliseconds between two renewals of a claim, and after how many without one a claim of another machine lapses. */
const RENEWAL = 10_000;
const LAPSE = 90_000;

export interface HoldOptions {
  /** What to say of the process that holds the folder; default: that it is at work there. */
  readonly busy?: (pid: number) => { readonly problem: string; readonly hint: string };
  /** Rights of the folder, and of those above it, where they are made. */
  readonly mode?: number;
  /** Milliseconds to wait for a process that may be about to end, default 5000. */
  readonly patience?: number;
  /** Milliseconds after which a claim of another machine lapses that is not renewed, default 90 000. */
  readonly lapse?: number;
}

/**
 * Keeps other processes from working in a folder: two that write to one run would mix their logs and checkpoints. Whoever was
 * killed has no claim any more: the system says which start of the machine and which start of a process it was, so that
 * neither a clock that is set nor a number that is used again matters. A process on another machine or in another container
 * cannot be asked: it renews its claim every ten seconds, and has none when it did not for a minute and a half. Files that
 * a killed writer left half-written are removed.
 *
 * @param folder one that can be written to; made if it is not there, and gone again when nothing has come to stand in it
 * @throws PatchclError `bad-usage` when a living process holds it, `unwritable` when the disk is full
 */
export async function holdingFolder<T>(folder: string, work: () => Promise<T>, options: HoldOptions = {}): Promise<T> {
  const release = await holdFolder(folder, options);
  try {
    return await work();
  } finally {
    release();
  }
}

/** As `holdingFolder`, for work that has no end of its own. @returns gives the folder back */
export async function holdFolder(folder: string, options: HoldOptions = {}): Promise<() => void> {
  const path = resolve(folder);
  const file = join(path, HOLDER_FILE);
  const making = { recursive: true, ...(options.mode !== undefined && { mode: options.mode }) } as const;
  const made = mkdirSync(path, making);
  let text: string;
  try {
    text = await claim(file, folder, options);
  } catch (error) {
    removeEmpty(path, made);
    throw error;
  }
  // Nobody else is writing here.
  const remnants = readdirSync(path).filter((name) => isTemporary(name) || isClaimRemnant(name));
  for (const name of remnants) rmSync(join(path, name), { force: true });
  const timer = setInterval(renew, RENEWAL, file);
  timer.unref();
  const release = () => {
    clearInterval(timer);
    process.off('exit', release);
    giveBack(file, text);
    removeEmpty(path, made);
  };
  // A second Ctrl-C ends the process at once.
  process.on('exit', release);
  return release;
}

/** @returns what stands in the file */
async function claim(file: string, folder: string, options: HoldOptions): Promise<string> {
  const { patience = PATIENCE, lapse = LAPSE, busy = atWork } = options;
  let waited = 0;
  let abandoned: string | undefined;
  let watched: { readonly at: number | undefined; readonly text: string | undefined } | undefined;
  for (;;) {
    const result = attempt(file, abandoned);
    if (result === 'again') {
      mkdirSync(dirname(file), { recursive: true, ...(options.mode !== undefined && { mode: options.mode }) });
      await setTimeout(1);
      continue;
    }
    if (result.held) return result.text;
    watched ??= { at: renewedAt(file), text: contentOf(file) };
    const isRenewed = renewedAt(file) !== watched.at;
    const isOver = result.mayAsk ? waited >= patience : isRenewed && waited >= patience;
    if (isOver) throw refusal(folder, result.by.pid, busy);
    if (!result.mayAsk && !isRenewed && waited >= lapse) abandoned = watched.text;
    await setTimeout(PAUSE);
    waited += PAUSE;
  }
}

function atWork(pid: number) {
  return {
    problem: `process ${pid} is at work in this folder`,
    hint: 'Wait for it, or choose another folder with --out.',
  };
}

function refusal(folder: string, pid: number, busy: NonNullable<HoldOptions['busy']>): PatchclError {
  const { problem, hint } = busy(pid);
  return new PatchclError('bad-usage', problem, {
    subject: folder,
    hint: `${hint} If that process is something else, remove ${join(folder, HOLDER_FILE)}.`,
  });
}

/** Removes folders that were made, from `path` up to `made`, and in which nothing has come to stand. */
function removeEmpty(path: string, made: string | undefined): void {
  if (made === undefined) return;
  try {
    for (let folder = path; folder.length >= made.length; folder = dirname(folder)) rmdirSync(folder);
  } catch {
    // It is not empty, or not there.
  }
}
