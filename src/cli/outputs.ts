import { type Files, joinPath } from '../core/files.ts';

/**
 * Finds out that a folder cannot be written to before hours of work depend on it. Leaves nothing behind, unless the folder is
 * shared.
 *
 * @param options.shared whether other processes may be writing to the folder: it is then left there, if new, lest theirs go
 *   with it
 * @throws PatchclError `unwritable`
 */
export async function checkWritable(files: Files, folder: string, options: { shared?: boolean } = {}): Promise<void> {
  const probe = joinPath(folder, '.patchcl-probe');
  const made = options.shared ? undefined : await firstMissing(files, folder);
  await files.write(probe, '');
  await files.remove(made ?? probe);
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
