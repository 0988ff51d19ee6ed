import { createHash, randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { errorCode } from './error-code.ts';
import { writeError } from './file-errors.ts';
import { isAlive } from './is-alive.ts';
import { ownIdentity, runs } from './process-identity.ts';

const holderSchema = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  boot: z.string().optional(),
  start: z.string().optional(),
  namespace: z.string().optional(),
  /** Milliseconds since the Unix epoch, for people, and of claims of earlier versions, which have no `boot`. */
  since: z.number(),
  /** Makes every claim another text. */
  token: z.string().optional(),
});

/** A claim as it stands in its file. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
}

/** What came of an attempt: the folder is held by this process, or by another one, or it is worth another try at once. */
export type Attempt =
  | { readonly held: true; readonly text: string }
  | { readonly held: false; readonly by: Holder; readonly mayAsk: boolean }
  | 'again';

const CLAIM = /^\.patchcl-(?:claim|after)-[0-9a-f]{16}$/;

/** Whether a file is what a process left that was killed while it claimed a folder. */
export const isClaimRemnant = (name: string) => CLAIM.test(name);

/**
 * Tries to claim a file for this process.
 *
 * A claim gets its name with its content, by a hard link, which only one process can make: no other one ever sees half a
 * claim, and none is taken for a dead one's because it is empty. The claim of a process that is gone is replaced by one
 * process alone: that which first makes the link `after-X`, X being what the dead claim says, and then still finds X. If that one
 * dies too, the next makes the link that comes after its claim. Nobody removes a claim of somebody else, so that none
 * can remove one that was renewed in the meantime.
 *
 * @param abandoned what a claim says that is as good as a dead one's
 * @throws PatchclError `unwritable`
 */
export function attempt(file: string, abandoned?: string): Attempt {
  const folder = dirname(file);
  const own = { ...ownIdentity(), since: Date.now(), token: randomBytes(8).toString('hex') };
  const text = JSON.stringify(own);
  const mine = join(folder, `.patchcl-claim-${own.token}`);
  try {
    writeFileSync(mine, text, { flag: 'wx' });
  } catch (cause) {
    // Whoever had made the folder has just removed it.
    if (errorCode(cause) === 'ENOENT') return 'again';
    throw writeError(file, cause);
  }
  try {
    return linked(mine, file) ? { held: true, text } : replaceDead(mine, text, file, abandoned);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return 'again';
    throw cause;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Keeps a claim young for other machines, which see nothing else of this process. */
export function renew(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // The folder is gone, or somebody took the claim away by hand.
  }
}

/** When a claim was last renewed, by the clock of the disk it is on. */
export function renewedAt(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

/** Gives a file back, unless it is another's by now. */
export function giveBack(file: string, text: string): void {
  if (contentOf(file) === text) rmSync(file, { force: true });
}

/** @returns false when there is a file already */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return false;
    if (errorCode(cause) === 'ENOENT') throw cause;
    return copied(from, to, cause);
  }
}

/** For file systems without hard links, such as FAT. */
function copied(from: string, to: string, refusal: unknown): boolean {
  if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(errorCode(refusal))) throw writeError(to, refusal);
  try {
    writeFileSync(to, readFileSync(from), { flag: 'wx' });
    return true;
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return false;
    throw writeError(to, cause);
  }
}

function replaceDead(mine: string, text: string, file: string, abandoned: string | undefined): Attempt {
  const folder = dirname(file);
  /** The dead, each with its successor's file behind it. */
  const chain: { readonly path: string; readonly text: string }[] = [];
  for (let path = file; ; ) {
    const found = contentOf(path);
    if (found === undefined) return 'again';
    const state = found === abandoned ? 'dead' : stateOf(found, path);
    if (state !== 'dead') return state;
    chain.push({ path, text: found });
    path = join(folder, `.patchcl-after-${createHash('sha256').update(found).digest('hex').slice(0, 16)}`);
    if (linked(mine, path)) {
      chain.push({ path, text });
      break;
    }
  }
  try {
    // Whoever was here before may have replaced the claim, and taken its link away, since it was read.
    if (chain.some((link) => contentOf(link.path) !== link.text)) return 'again';
    renameSync(mine, file);
    return { held: true, text };
  } finally {
    const [, ...successors] = chain;
    const isOurs = contentOf(file) === text;
    for (const link of isOurs ? successors : chain.slice(-1)) rmSync(link.path, { force: true });
  }
}

/** What a file says; undefined when there is none. */
export function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw writeError(path, cause);
  }
}

/** Half a claim is that of an earlier version, or of a disk without links, whose writer died: it is young for a moment only. */
const WRITING = 2000;

function stateOf(text: string, path: string): 'dead' | Attempt {
  const parsed = holderSchema.safeParse(jsonOf(text));
  if (!parsed.success) {
    const renewed = renewedAt(path);
    if (renewed === undefined) return 'again';
    return Date.now() - renewed > WRITING ? 'dead' : { held: false, by: { pid: 0, host: hostname() }, mayAsk: true };
  }
  const { pid, host, boot, start, namespace, since } = parsed.data;
  if (boot === undefined)
    return wasClaimed({ pid, host, since }) ? { held: false, by: { pid, host }, mayAsk: true } : 'dead';
  const alive = runs({
    pid,
    host,
    boot,
    ...(start !== undefined && { start }),
    ...(namespace !== undefined && { namespace }),
  });
  return alive === false ? 'dead' : { held: false, by: { pid, host }, mayAsk: alive !== undefined };
}

/** By the rule of earlier versions, whose claims say when and not of which start of the machine. */
function wasClaimed({ pid, host, since }: { pid: number; host: string; since: number }): boolean {
  const booted = Date.now() - 1000 * uptime();
  return host === hostname() && pid !== process.pid && since > booted && isAlive(pid);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
