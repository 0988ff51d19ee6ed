import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { PatchclError } from '../core/errors.ts';
import { errorCode } from './error-code.ts';
import { isAlive } from './is-alive.ts';
import { isTemporary, writeError } from './node-files.ts';

/** Says which process writes to the folder it stands in. */
export const HOLDER_FILE = '.patchcl-running';

const holderSchema = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  /** Milliseconds since the Unix epoch. */
  since: z.number(),
});

/** Milliseconds: what a training whose parent was killed may need to end. */
const PATIENCE = 5000;
const PAUSE = 100;

type Holder = z.infer<typeof holderSchema>;

/**
 * Keeps other processes from training in a folder: two that write to one run would mix their logs and checkpoints. Whoever was
 * killed has no claim any more, and one on another machine cannot be asked, so it has none either. (Libraries for this let a claim
 * lapse when its owner does not renew it in time: a training that computes for seconds on end cannot, and one that was killed
 * would have to wait.) Files that a killed writer left half-written are removed.
 *
 * @param folder one that can be written to; made if it is not there, and gone again when nothing has come to stand in it
 * @throws PatchclError `bad-usage` when a living process holds it, `unwritable` when the disk is full
 */
export async function holdingFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const release = await hold(folder);
  // A second Ctrl-C ends the process at once.
  process.on('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** @returns gives the folder back */
async function hold(folder: string): Promise<() => void> {
  const path = resolve(folder);
  const file = join(path, HOLDER_FILE);
  const made = mkdirSync(path, { recursive: true });
  try {
    await claim(file, folder);
  } catch (error) {
    removeEmpty(path, made);
    throw error;
  }
  // Nobody else is writing here.
  for (const name of readdirSync(path).filter(isTemporary)) rmSync(join(path, name), { force: true });
  return () => {
    rmSync(file, { force: true });
    removeEmpty(path, made);
  };
}

async function claim(file: string, folder: string): Promise<void> {
  const own: Holder = { pid: process.pid, host: hostname(), since: Date.now() };
  for (let waited = 0; !tryToWrite(file, own); waited += PAUSE) {
    const holder = readHolder(file);
    if (holder === undefined || !hasClaim(holder)) rmSync(file, { force: true });
    else if (waited < PATIENCE) await setTimeout(PAUSE);
    else {
      throw new PatchclError('bad-usage', `process ${holder.pid} is at work in this folder`, {
        subject: folder,
        hint: `Wait for it, or choose another folder with --out. If that process is something else, remove ${join(folder, HOLDER_FILE)}.`,
      });
    }
  }
}

/** @returns false when the file is there */
function tryToWrite(file: string, holder: Holder): boolean {
  try {
    writeFileSync(file, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return false;
    rmSync(file, { force: true });
    throw writeError(file, cause);
  }
}

/** Undefined where its writer died half-way, or has given the folder back meanwhile. */
function readHolder(file: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** A container that starts anew has its old number, a machine that starts anew has all of them. */
function hasClaim({ pid, host, since }: Holder): boolean {
  const booted = Date.now() - 1000 * uptime();
  return host === hostname() && pid !== process.pid && since > booted && isAlive(pid);
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
