import { PatchclError } from '../core/errors.ts';
import { type Files, joinPath, stem } from '../core/files.ts';
import { InOrder } from '../core/in-order.ts';
import { append } from '../core/lists.ts';
import { safeId } from '../data/studio-labels/safe-id.ts';
import { STUDIO_FILES } from '../data/studio-labels/settings.ts';
import { canRead, readDicomHeader } from '../formats/index.ts';
import type { Project } from './api/index.ts';
import type { StudioBackend } from './backend.ts';
import { type Checked, MOST_UPLOADED } from './handlers/handler-types.ts';
import { Refusal } from './refusal.ts';

/**
 * Adds a file to the uploaded scans; after the last one of a scan the list of cases is made anew. Files of a scan are kept aside
 * until the last one has come, so that what is broken, or never comes to an end, touches nothing that is there already.
 */
export async function uploadScan(
  studio: StudioBackend,
  { name, group, more, body }: Checked<'uploadScan'>,
): Promise<Project> {
  const { project } = studio;
  if (name.startsWith('.')) throw new Refusal(400, 'the name of a scan was expected', { subject: name });
  const staged = joinPath(project.folder, 'cache', 'staged', safeId(group ?? `${name}-${crypto.randomUUID()}`));
  await studio.withTemporary(async (temporary) => {
    await body.toFile(temporary, MOST_UPLOADED);
    const folder = await folderOf(studio, temporary, name, group);
    const target = joinPath(project.folder, STUDIO_FILES.uploads, folder, name);
    const aside = joinPath(staged, folder, name);
    const { files } = studio.host;
    const isThere = (await files.kind(target)) !== undefined || (await files.kind(aside)) !== undefined;
    if (isThere || isTaken(studio, folder, name)) {
      throw new Refusal(409, 'there is a scan of this name already', { subject: name, hint: 'Rename it.' });
    }
    await files.move(temporary, aside);
  });
  if (more === 'true') return project.describe();
  // One after the other: which scans are new is told by what was there before.
  return uploads.run(project.folder, () => takeIn(studio, staged, name));
}

const uploads = new InOrder();

/** Puts the files of a scan among the others. What they make that cannot be read is taken back, those files and no others. */
async function takeIn(studio: StudioBackend, staged: string, name: string): Promise<Project> {
  const { project } = studio;
  const { files } = studio.host;
  const known = new Set(project.cases.map(({ item }) => item.id));
  const moved: string[] = [];
  try {
    for (const path of await filesBelow(files, staged)) {
      const target = joinPath(project.folder, STUDIO_FILES.uploads, path);
      if ((await files.kind(target)) !== undefined) {
        throw new Refusal(409, 'there is a scan of this name already', { subject: path, hint: 'Rename it.' });
      }
      await files.move(joinPath(staged, path), target);
      moved.push(target);
    }
    await project.refresh();
    studio.refreshWorkers();
    const added = project.cases.filter(({ item }) => !known.has(item.id));
    for (const { item } of added) await studio.ready(item.id).catch(() => undefined);
    const broken = added.find(({ problem }) => problem !== undefined);
    if (added.length === 0 || broken !== undefined) {
      throw new PatchclError('bad-file', broken?.problem ?? 'there is no scan in it', { subject: name });
    }
    return project.describe();
  } catch (error) {
    for (const path of moved) await files.remove(path);
    await project.refresh();
    studio.refreshWorkers();
    throw error;
  } finally {
    await files.remove(staged);
    studio.host.emit({ type: 'project' });
  }
}

/** Paths of the files in a folder and in those below. */
async function filesBelow(files: Files, folder: string, prefix = ''): Promise<string[]> {
  const paths: string[] = [];
  for (const { name, kind } of await files.list(joinPath(folder, prefix))) {
    const path = joinPath(prefix, name);
    if (kind === 'folder') append(paths, await filesBelow(files, folder, path));
    else paths.push(path);
  }
  return paths;
}

/** Series lie in folders of their own, single scans side by side. */
async function folderOf(
  { project }: StudioBackend,
  path: string,
  name: string,
  group: string | undefined,
): Promise<string> {
  const header = await readDicomHeader((length) => project.files.readStart(path, length), name).catch(() => undefined);
  if (header !== undefined && header.kind !== 'other') return group ?? stem(name);
  if (canRead(name)) return '';
  throw new Refusal(422, 'this is not a kind of image that is read here', { subject: name });
}

function isTaken({ project }: StudioBackend, folder: string, name: string): boolean {
  const id = folder === '' ? stem(name) : undefined;
  return project.cases.some(({ item }) => item.id === id);
}
