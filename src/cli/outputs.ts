import { dirname } from 'node:path';
import { PatchclError } from '../core/errors.ts';
import { type Files, joinPath } from '../core/files.ts';

/** Nobody else's. */
const probeName = () => `.patchcl-probe-${crypto.randomUUID()}`;

/**
 * Finds out that a folder cannot be written to before hours of work depend on it. Leaves nothing behind that it has made, and
 * takes nothing away that others have made meanwhile: folders go only when they are empty.
 *
 * @throws PatchclError `unwritable`, naming the folder
 */
export async function checkWritable(files: Files, folder: string): Promise<void> {
  const missing = await missingFolders(files, folder);
  const probe = joinPath(folder, probeName());
  await tryWriting(files, probe, folder);
  await files.remove(probe);
  for (const path of missing.reverse()) await files.removeEmpty(path);
}

/**
 * The same for a file. Its folder is made and stays, as others may be writing to it; an old file of that name stays as it is.
 *
 * @throws PatchclError `unwritable`, naming the file
 */
export async function checkWritableFile(files: Files, path: string): Promise<void> {
  const isThere = (await files.kind(path)) === 'file';
  const probe = isThere ? joinPath(dirname(path), probeName()) : path;
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

/** The folders of a path that do not exist yet, the uppermost first. */
async function missingFolders(files: Files, folder: string): Promise<string[]> {
  const root = folder.startsWith('/') ? '/' : '';
  const parts = folder.split('/').filter((part) => part !== '');
  const missing: string[] = [];
  for (let depth = 1; depth <= parts.length; depth++) {
    const path = root + parts.slice(0, depth).join('/');
    if ((await files.kind(path)) === undefined) missing.push(path);
  }
  return missing;
}
