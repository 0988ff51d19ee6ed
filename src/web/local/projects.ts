import { PatchclError } from '../../core/errors.ts';
import { baseName, joinPath } from '../../core/files.ts';
import { isDicomName } from '../../data/layouts/dicom-files.ts';
import { findDataset } from '../../data/layouts/open.ts';
import { writeSample } from '../../demo/sample.ts';
import { canRead } from '../../formats/index.ts';
import { aboutBackup, unpackProject } from '../../studio/backup.ts';
import type { StudioFiles } from '../../studio/studio-files.ts';
import type { ChosenFile } from '../state/chosen-files.ts';

/** Folder of all projects in the origin's private file system. */
const ROOT = 'projects';
/** Of labels and runs within a project. */
const STUDIO = 'studio';

/** A project that the browser keeps: scans, labels and runs. */
export interface LocalProject {
  readonly name: string;
  readonly data: string;
  readonly folder: string;
}

function projectNamed(name: string): LocalProject {
  return { name, data: joinPath(ROOT, name, name), folder: joinPath(ROOT, name, STUDIO) };
}

export async function listProjects(files: StudioFiles): Promise<readonly LocalProject[]> {
  return (await files.list(ROOT)).filter(({ kind }) => kind === 'folder').map(({ name }) => projectNamed(name));
}

export function removeProject(files: StudioFiles, { name }: LocalProject): Promise<void> {
  return files.remove(joinPath(ROOT, name));
}

/**
 * Copies scans to where the browser keeps them, so that they are there when the page is opened again.
 *
 * @param onProgress told after each file
 * @throws PatchclError when there is no scan among them, or there is no space; nothing is left then
 */
export async function newProject(
  files: StudioFiles,
  chosen: readonly ChosenFile[],
  onProgress: (done: number, total: number) => void,
): Promise<LocalProject> {
  const seen = chosen.filter(({ path }) => !path.split('/').some((part) => part.startsWith('.')));
  const roots = new Set(seen.map(({ path }) => (path.includes('/') ? path.split('/')[0] : undefined)));
  const [root] = roots.size === 1 ? roots : [undefined];
  const project = projectNamed(await freeName(files, root ?? 'scans'));
  try {
    for (const [i, { path, file }] of seen.entries()) {
      const below = root === undefined ? path : path.slice(root.length + 1);
      await files.write(joinPath(project.data, below), new Uint8Array(await file.arrayBuffer()));
      onProgress(i + 1, seen.length);
    }
    await arrange(files, project.data);
    return project;
  } catch (error) {
    await removeProject(files, project);
    throw error;
  }
}

/** A project of synthetic hearts, made by code. */
export async function sampleProject(files: StudioFiles): Promise<LocalProject> {
  const project = projectNamed(await freeName(files, 'sample hearts'));
  await writeSample(files, project.data);
  return project;
}

/** A project of a backup that has its scans with it. @throws PatchclError `bad-file`, `bad-usage` */
export async function restoredProject(files: StudioFiles, backup: File): Promise<LocalProject> {
  const bytes = new Uint8Array(await backup.arrayBuffer());
  const { name, withScans } = aboutBackup(bytes, backup.name);
  if (!withScans) {
    const hint = 'Back it up with its scans, or open it with `patchcl studio --restore`.';
    throw new PatchclError('bad-usage', 'the scans are not in this backup', { subject: backup.name, hint });
  }
  const project = projectNamed(await freeName(files, baseName(name)));
  try {
    await unpackProject(files, bytes, { ...project, file: backup.name });
    return project;
  } catch (error) {
    await removeProject(files, project);
    throw error;
  }
}

async function freeName(files: StudioFiles, wanted: string): Promise<string> {
  const base = wanted === STUDIO ? `${wanted} scans` : wanted;
  const taken = new Set((await files.list(ROOT)).map(({ name }) => name));
  let name = base;
  for (let n = 2; taken.has(name); n++) name = `${base} ${n}`;
  return name;
}

/** Scans without any order are put into a folder of images. @throws PatchclError when they cannot be used either way */
async function arrange(files: StudioFiles, data: string): Promise<void> {
  try {
    const { dataset } = await findDataset(files, data);
    if (dataset.cases.length > 0) return;
  } catch (error) {
    if (!(error instanceof PatchclError)) throw error;
    const scans = (await filesBelow(files, data)).filter((path) => canRead(path) && !isDicomName(baseName(path)));
    // Files of one name are images and masks of some other order: that is for a person to say.
    if (new Set(scans.map(baseName)).size < scans.length || scans.length === 0) throw error;
    for (const path of scans) await files.move(path, joinPath(data, 'images', baseName(path)));
  }
  await findDataset(files, data);
}

async function filesBelow(files: StudioFiles, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name, kind } of await files.list(folder)) {
    const path = joinPath(folder, name);
    if (kind === 'file') found.push(path);
    else found.push(...(await filesBelow(files, path)));
  }
  return found;
}
