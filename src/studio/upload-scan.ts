import { PatchclError } from '../core/errors.ts';
import { joinPath, stem } from '../core/files.ts';
import { STUDIO_FILES } from '../data/studio-labels/settings.ts';
import { canRead, readDicomHeader } from '../formats/index.ts';
import type { Project } from './api/index.ts';
import type { StudioBackend } from './backend.ts';
import { type Checked, MOST_UPLOADED } from './handlers/handler-types.ts';
import { Refusal } from './refusal.ts';

/** Adds a file to the uploaded scans; after the last one of a scan the list of cases is made anew. */
export async function uploadScan(
  studio: StudioBackend,
  { name, group, more, body }: Checked<'uploadScan'>,
): Promise<Project> {
  const { project } = studio;
  const { files } = studio.host;
  if (name.startsWith('.')) throw new Refusal(400, 'the name of a scan was expected', { subject: name });
  await studio.withTemporary(async (temporary) => {
    await body.toFile(temporary, MOST_UPLOADED);
    const folder = await folderOf(studio, temporary, name, group);
    const target = joinPath(project.folder, STUDIO_FILES.uploads, folder, name);
    if ((await files.kind(target)) !== undefined || isTaken(studio, folder, name)) {
      throw new Refusal(409, 'there is a scan of this name already', { subject: name, hint: 'Rename it.' });
    }
    await files.move(temporary, target);
  });
  if (more === 'true') return project.describe();
  const before = new Set(project.cases);
  await project.refresh();
  studio.refreshWorkers();
  const added = project.cases.filter((entry) => !before.has(entry));
  for (const { item } of added) await studio.ready(item.id).catch(() => undefined);
  studio.host.emit({ type: 'project' });
  const broken = added.find(({ problem }) => problem !== undefined);
  if (added.length > 0 && broken === undefined) return project.describe();
  await takeBack(studio, name, group);
  throw new PatchclError('bad-file', broken?.problem ?? 'there is no scan in it', { subject: name });
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

async function takeBack(studio: StudioBackend, name: string, group: string | undefined): Promise<void> {
  const uploads = joinPath(studio.project.folder, STUDIO_FILES.uploads);
  await studio.host.files.remove(joinPath(uploads, name));
  await studio.host.files.remove(joinPath(uploads, group ?? stem(name)));
  await studio.project.refresh();
}
