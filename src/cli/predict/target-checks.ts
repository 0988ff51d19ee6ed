import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PatchclError } from '../../core/errors.ts';
import { baseName, type Files } from '../../core/files.ts';
import { mapConcurrently } from '../../data/concurrency.ts';
import type { Scan } from '../../predict/scans/scan.ts';
import { type PlannedTargets, pathsOf, type Targets } from './predict-targets.ts';

/** @throws PatchclError `bad-usage` when two scans would write the same file */
export function refuseClashes(planned: PlannedTargets): void {
  const owners = new Map<string, Scan>();
  for (const [scan, targets] of planned) {
    for (const path of pathsOf(targets)) {
      const owner = owners.get(resolve(path));
      owners.set(resolve(path), scan);
      if (owner === undefined) continue;
      const problem = `${titleOf(path, targets)} would replace that of ${owner.path}`;
      const hint = 'Segment them one after the other, into different folders.';
      throw new PatchclError('bad-usage', problem, { subject: scan.path, hint });
    }
  }
}

/**
 * Looks at what is already where files are to be written.
 *
 * @param scans all that are read, of which not one is replaced, whatever links lead to it
 * @param mayExist whether other files may be there: to be passed over, or to be replaced
 * @throws PatchclError `bad-usage` naming a file that would be replaced, `unwritable` a folder that is in the way
 */
export async function refuseExisting(
  files: Files,
  planned: PlannedTargets,
  { scans, mayExist }: { readonly scans: readonly Scan[]; readonly mayExist: boolean },
): Promise<void> {
  const wanted = [...planned].flatMap(([scan, targets]) => pathsOf(targets).map((path) => ({ scan, targets, path })));
  const kinds = await mapConcurrently(wanted, 8, ({ path }) => files.kind(path));
  const existing = wanted.filter((_, i) => kinds[i] !== undefined);
  const [first] = existing;
  if (first === undefined) return;
  const read = await identitiesOf(scans);
  for (const { scan, targets, path } of existing) {
    const replaced = read.get(await identityOf(path));
    if (replaced === undefined) continue;
    const problem = `${titleOf(path, targets)} would replace the scan${scan.files.includes(replaced) ? '' : ` ${replaced}`}`;
    throw new PatchclError('bad-usage', problem, { subject: scan.path, hint: 'Choose another folder with --out.' });
  }
  const folder = wanted.find((_, i) => kinds[i] === 'folder');
  if (folder !== undefined) {
    const hint = 'Move the folder, or choose another one with --out.';
    throw new PatchclError('unwritable', 'a folder of that name is in the way', { subject: folder.path, hint });
  }
  if (mayExist) return;
  const others = existing.length === 1 ? '' : `, and so do ${existing.length - 1} more of what would be written`;
  throw new PatchclError('bad-usage', `this file exists already${others}`, {
    subject: first.path,
    hint: 'Choose another folder with --out, or add --skip-existing to keep such files or --overwrite to replace them.',
  });
}

const titleOf = (path: string, { mask }: Targets) => (path === mask ? 'its mask' : `its ${baseName(path)}`);

/** The files of scans by what they are on the disk. */
async function identitiesOf(scans: readonly Scan[]): Promise<ReadonlyMap<string | undefined, string>> {
  const paths = scans.flatMap((scan) => scan.files);
  const identities = await mapConcurrently(paths, 8, identityOf);
  return new Map(identities.flatMap((identity, i) => (identity === undefined ? [] : [[identity, paths[i] as string]])));
}

/** The same for all paths of a file: through links, or in other letters where the file system does not mind. */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
