import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PatchclError } from '../core/errors.ts';
import { type Files, joinPath } from '../core/files.ts';
import { readStudioSettings, STUDIO_FILES } from '../data/studio-labels/settings.ts';
import type { StudioOptions } from '../studio/backend.ts';

/**
 * Labels belong to cases by their names, and other scans may have the same ones: a project is opened with its own scans alone. A
 * folder that is no longer where it was is taken to have moved.
 *
 * @param log told when it has
 * @throws PatchclError `bad-usage` for the scans of another folder, `bad-file` when the project's own are gone
 */
export async function checkScansFolder(
  files: Files,
  { data, folder }: StudioOptions,
  log: (text: string) => void,
): Promise<void> {
  if ((await files.kind(joinPath(folder, STUDIO_FILES.settings))) !== 'file') return;
  const own = (await readStudioSettings(files, folder)).data;
  const isThere = (await files.kind(own)) === 'folder';
  if (data === undefined) {
    if (isThere) return;
    const hint = 'If they have moved, say where to with --data.';
    throw new PatchclError('bad-file', 'the scans of this project are no longer here', { subject: own, hint });
  }
  if ((await placeOf(data)) === (await placeOf(own))) return;
  if (isThere) {
    const hint = 'Name a new one with --project, or open this one with --project alone.';
    throw new PatchclError('bad-usage', `this project belongs to the scans in ${own}`, { subject: folder, hint });
  }
  log(`the scans are no longer in ${own}; those in ${data} are taken to be the same`);
}

/** A folder by one name, whatever links lead to it. */
async function placeOf(path: string): Promise<string> {
  const whole = resolve(path);
  return realpath(whole).catch(() => whole);
}
