import { unzipSync, type Zippable, zipSync } from 'fflate';
import { PatchclError } from '../core/errors.ts';
import { joinPath, readText } from '../core/files.ts';
import { STUDIO_FILES } from '../data/studio-labels/settings.ts';
import type { StudioFiles } from './studio-files.ts';

/** Where a project lies. */
export interface ProjectPlace {
  /** Folder of labels and runs. */
  readonly folder: string;
  /** Folder of the scans. */
  readonly data: string;
}

/** Says of a ZIP file that it is a project. */
const SIGN = 'patchcl-project.json';
/** Folders in the file: of the project, and of its scans. */
const [PROJECT, SCANS] = ['project/', 'scans/'];

/** Bytes that a backup has at most: it is made, and read, in memory. */
export const MOST_BACKED_UP = 2 ** 30;

/** Can be made anew from the rest. */
const LEFT_OUT = ['cache'];

/**
 * A project as one ZIP file: labels with their whole history, classes, scans that were added, runs with their models; what can be
 * made anew is left out.
 *
 * @param withScans whether the folder of the scans goes in too
 * @throws PatchclError `unsupported` when it would be too large for one file
 */
export async function packProject(
  files: StudioFiles,
  { folder, data }: ProjectPlace,
  withScans: boolean,
): Promise<Uint8Array> {
  const parts = (await files.list(folder)).filter(({ name }) => !LEFT_OUT.includes(name));
  const paths = new Map<string, string>();
  for (const { name, kind } of parts) await addFiles(files, joinPath(folder, name), `${PROJECT}${name}`, kind, paths);
  if (withScans) await addFiles(files, data, SCANS.slice(0, -1), 'folder', paths);
  await checkSize(files, paths.values(), folder);
  const about = { version: 1, name: data.replace(/\/+$/, '').replace(/^.*\//, ''), withScans };
  const zipped: Zippable = { [SIGN]: new TextEncoder().encode(`${JSON.stringify(about)}\n`) };
  for (const [name, path] of paths) zipped[name] = [await files.read(path), { level: 1 }];
  return zipSync(zipped);
}

async function addFiles(
  files: StudioFiles,
  path: string,
  name: string,
  kind: 'file' | 'folder',
  into: Map<string, string>,
): Promise<void> {
  if (kind === 'file') into.set(name, path);
  else
    for (const entry of await files.list(path))
      await addFiles(files, joinPath(path, entry.name), `${name}/${entry.name}`, entry.kind, into);
}

async function checkSize(files: StudioFiles, paths: Iterable<string>, folder: string): Promise<void> {
  let total = 0;
  for (const path of paths) total += (await files.stat(path))?.size ?? 0;
  if (total <= MOST_BACKED_UP) return;
  const problem = `it has ${(total / 2 ** 30).toFixed(1)} GB, one file holds ${MOST_BACKED_UP / 2 ** 30} GB at most`;
  const hint = 'Copy the folder itself while the studio is ended, or leave the scans out.';
  throw new PatchclError('unsupported', problem, { subject: folder, hint });
}

/** What a backup holds. */
export interface UnpackedProject {
  /** Of the folder of its scans. */
  readonly name: string;
  /** Whether its scans were in it too. */
  readonly withScans: boolean;
}

/** What a backup says of itself. @throws PatchclError `bad-file` for anything else */
export function aboutBackup(bytes: Uint8Array, file: string): UnpackedProject {
  const found = unzipped(bytes, file, (name) => name === SIGN)[SIGN];
  try {
    const { version, name, withScans } = JSON.parse(new TextDecoder().decode(found)) as Record<string, unknown>;
    if (version === 1 && typeof name === 'string' && typeof withScans === 'boolean') return { name, withScans };
  } catch {
    // Told below.
  }
  throw noBackup(file);
}

/**
 * Writes what a backup holds to a place where nothing is yet.
 *
 * @param file its name, for messages
 * @throws PatchclError `bad-file` for a file that is no backup or damaged, `bad-usage` where there is a project already
 */
export async function unpackProject(
  files: StudioFiles,
  bytes: Uint8Array,
  { folder, data, file }: ProjectPlace & { readonly file: string },
): Promise<UnpackedProject> {
  const about = aboutBackup(bytes, file);
  if ((await files.list(folder)).some(({ name }) => name !== 'cache')) {
    const hint = 'Name a folder that is not there yet.';
    throw new PatchclError('bad-usage', 'there is something in this folder already', { subject: folder, hint });
  }
  for (const [name, content] of Object.entries(unzipped(bytes, file, () => true))) {
    if (name === SIGN || name.endsWith('/')) continue;
    await files.write(placeOf(name, { folder, data }, file), content);
  }
  await moveSettings(files, folder, { folder, data });
  return about;
}

/** @throws PatchclError `bad-file` for names that lead elsewhere */
function placeOf(name: string, { folder, data }: ProjectPlace, file: string): string {
  const parts = name.split('/');
  const isSafe = parts.every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\\'));
  if (isSafe && name.startsWith(PROJECT)) return joinPath(folder, name.slice(PROJECT.length));
  if (isSafe && name.startsWith(SCANS)) return joinPath(data, name.slice(SCANS.length));
  throw new PatchclError('bad-file', `it holds ${JSON.stringify(name)}, which is no part of a project`, {
    subject: file,
  });
}

/** Settings name the folders of scans: those of the project, and those of what its runs have learned from. */
async function moveSettings(files: StudioFiles, at: string, place: ProjectPlace): Promise<void> {
  for (const { name, kind } of await files.list(at)) {
    const path = joinPath(at, name);
    if (kind === 'folder' && name !== STUDIO_FILES.labels) await moveSettings(files, path, place);
    if (kind !== 'file' || name !== STUDIO_FILES.settings) continue;
    const settings = JSON.parse(await readText(files, path)) as object;
    const moved = { ...settings, data: place.data, uploads: joinPath(place.folder, STUDIO_FILES.uploads) };
    await files.write(path, `${JSON.stringify(moved, null, 2)}\n`);
  }
}

function unzipped(bytes: Uint8Array, file: string, takes: (name: string) => boolean): Record<string, Uint8Array> {
  let total = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!takes(name)) return false;
        total += originalSize;
        if (total <= 2 * MOST_BACKED_UP) return true;
        throw new PatchclError('bad-file', 'it unpacks to more than a project can have', { subject: file });
      },
    });
  } catch (cause) {
    if (cause instanceof PatchclError) throw cause;
    throw noBackup(file);
  }
}

function noBackup(file: string): PatchclError {
  const hint = 'Choose a file that "Back up" has made.';
  return new PatchclError('bad-file', 'this is not a backup of a studio project', { subject: file, hint });
}
