import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../error-code.ts';
import { writeError } from '../file-errors.ts';
import { ownIdentity, type ProcessIdentity, runs } from '../process-identity.ts';

const OWNER = 'owner.json';

/** After a day nobody is making a view any more. */
const DAY = 24 * 3600 * 1000;

/**
 * A folder for what one process has fetched: hard links to the cache, which may make room meanwhile. It is gone with the
 * process; what a killed one has left goes when the next begins.
 *
 * @param cache folder of the cache
 * @returns an empty folder
 * @throws PatchclError `unwritable`
 */
export function newView(cache: string): string {
  const views = join(cache, 'views');
  const view = join(views, randomBytes(8).toString('hex'));
  const data = join(view, 'studies');
  try {
    mkdirSync(views, { recursive: true, mode: 0o700 });
    removeAbandoned(views);
    mkdirSync(view, { mode: 0o700 });
    writeFileSync(join(view, OWNER), JSON.stringify(ownIdentity()), { mode: 0o600 });
    mkdirSync(data, { mode: 0o700 });
  } catch (cause) {
    throw writeError(view, cause);
  }
  removeAtExit(view);
  return data;
}

const own = new Set<string>();

function removeAtExit(view: string): void {
  if (own.size === 0) {
    process.on('exit', () => {
      for (const path of own) rmSync(path, { recursive: true, force: true });
    });
  }
  own.add(view);
}

/** A view whose process cannot be asked, being another machine's, is left alone; so is one that is being made. */
function removeAbandoned(views: string): void {
  for (const name of readdirSync(views)) {
    const view = join(views, name);
    try {
      if (isAbandoned(view)) rmSync(view, { recursive: true, force: true });
    } catch (cause) {
      // Another process has removed it.
      if (errorCode(cause) !== 'ENOENT') throw cause;
    }
  }
}

function isAbandoned(view: string): boolean {
  const since = statSync(view).mtimeMs;
  try {
    return runs(JSON.parse(readFileSync(join(view, OWNER), 'utf8')) as ProcessIdentity) === false;
  } catch {
    // Its process has not written yet who it is, or was killed before.
    return Date.now() - since > DAY;
  }
}
