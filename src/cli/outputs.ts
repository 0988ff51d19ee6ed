import { dirname } from 'node:path';
import { PatchclError } from '../core/errors.ts';
import { type Files, joinPath } from '../core/files.ts';

const PROBE = '.patchcl-probe';

/**
 * Finds out that a folder cannot be written to before hours of work depend on it. Leaves nothing behind, unless the folder is
 * shared.
 *
 * @param options.shared whether other processes may be writing to the folder: it is then left there, if new, lest theirs go
 *   with it
 * @throws PatchclError `unwritable`, naming the folder
 */
export async function checkWritable(files: Files, folder: string, options: { shared?: boolean } = {}): Promise<void> {
  const probe = joinPath(folder, PROBE);
  const made = options.shared ? undefined : await firstMissing(files, folder);
  await tryWriting(files, probe, folder);
  await files.remove(made ?? probe);
}

/**
 * The same for a file. Its folder is made and stays, as others may be writing to it; an old file of that name stays as it is.
 *
 * @throws PatchclError `unwritable`, naming the file
 */
export async function checkWritableFile(files: Files, path: string): Promise<void> {
  const isThere = (await files.kind(path)) === 'file';
  const probe = isThere ? joinPath(dirname(path), PROBE) : path;
  await tryWriting(files, probe, path);
  await files.remove(probe);
}

/** @param given the path that a person knows of */
async function tryWriting(files: Files, probe: string, given: string): Promise<void> {
  try {
    await files.write(probe, '');
  } catch (error) {
    if (!(error instanceof PatchclError)) throw error;
    const { code, problem, hint, cause } = error;
    throw new PatchclError(code, problem, { subject: given, ...(hint === undefined ? {} : { hint }), cause });
  }
}

/** The uppermost folder of a path that does not exist yet. */
async function firstMissing(files: Files, folder: string): Promise<string | undefined> {
  const root = folder.startsWith('/') ? '/' : '';
  const parts = folder.split('/').filter((part) => part !== '');
  for (let depth = 1; depth <= parts.length; depth++) {
    const path = root + parts.slice(0, depth).join('/');
    if ((await files.kind(path)) === undefined) return path;
  }
  return undefined;
}
