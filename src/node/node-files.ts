import { randomBytes } from 'node:crypto';
import { constants, type Dirent, type Stats } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, readlink, realpath, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Entry, Files } from '../core/files.ts';
import { InOrder } from '../core/in-order.ts';
import { errorCode } from './error-code.ts';
import { readError, writeError } from './file-errors.ts';

/**
 * The file system of the machine.
 *
 * @param base what relative paths are relative to, the working directory by default
 */
export function nodeFiles(base = '.'): Files {
  const at = (path: string) => resolve(base, path);
  const order = new InOrder();
  return {
    read: async (path) => {
      try {
        await refuseSpecial(at(path));
        const bytes = await readFile(at(path));
        return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      } catch (cause) {
        throw readError(path, cause);
      }
    },
    readStart: async (path, length) => {
      try {
        await refuseSpecial(at(path));
        return await firstBytes(at(path), length);
      } catch (cause) {
        throw readError(path, cause);
      }
    },
    stamp: async (path) => {
      const found = await stat(at(path)).catch(() => undefined);
      return found?.isFile() ? `${found.size} ${found.mtimeMs} ${found.ino}` : undefined;
    },
    list: async (path) => {
      try {
        const entries = await readdir(at(path), { withFileTypes: true });
        const known = await Promise.all(entries.map((entry) => toEntry(at(path), entry)));
        return known.filter((entry) => entry !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
      } catch (cause) {
        if (isAbsence(cause)) return [];
        throw readError(path, cause);
      }
    },
    kind: async (path) => {
      try {
        return await kindOf(at(path));
      } catch (cause) {
        throw readError(path, cause);
      }
    },
    write: async (path, content) => {
      try {
        await replace(at(path), content);
      } catch (cause) {
        throw writeError(path, cause);
      }
    },
    append: async (path, content) => {
      try {
        await order.run(at(path), () => extend(at(path), content));
      } catch (cause) {
        throw writeError(path, cause);
      }
    },
    remove: async (path) => {
      try {
        await rm(at(path), { recursive: true, force: true });
      } catch (cause) {
        if (!isAbsence(cause)) throw writeError(path, cause);
      }
    },
    removeEmpty: async (path) => {
      // Somebody has put something there, or taken it away, or may.
      await rmdir(at(path)).catch(() => undefined);
    },
    absolute: at,
  };
}

/** Reads as often as it takes: a read may give less than was asked for before the end. */
async function firstBytes(path: string, length: number): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const bytes = new Uint8Array(Math.min(length, (await handle.stat()).size));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await handle.close();
  }
}

/** Whether a file is what a writer that was killed has left; its content never got its name. */
export const isTemporary = (name: string) => /^\.patchcl-[0-9a-f]{16}\.tmp$/.test(name);

/**
 * A reader, or a machine that loses power, sees the old content or the new, never a part of it. What is no file but a
 * device or a pipe, such as /dev/stdout, is written to: a file must not take its place, nor that of a symbolic link.
 */
async function replace(path: string, content: Uint8Array | string): Promise<void> {
  if (await isSpecial(path)) return writeInto(path, content);
  const target = await behindLinks(path);
  const folder = dirname(target);
  // Whoever starts in this folder takes away what killed writers have left, and with it what is being written now.
  await again('ENOENT', () => replaceIn(folder, target, content));
  await syncFolder(folder);
}

async function replaceIn(folder: string, target: string, content: Uint8Array | string): Promise<void> {
  const temporary = join(folder, `.patchcl-${randomBytes(8).toString('hex')}.tmp`);
  try {
    await makeFolder(folder);
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cause;
  }
}

/** The file that a symbolic link leads to, whether that is there or not yet. */
async function behindLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const target = await readlink(path).catch(() => undefined);
    return target === undefined ? path : resolve(dirname(path), target);
  }
}

/** A name is only safe once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // Windows opens no folders, and some network disks sync none.
  }
}

async function writeInto(target: string, content: Uint8Array | string): Promise<void> {
  // Without a reader a pipe would wait for ever.
  const handle = await open(target, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    await handle.writeFile(content);
  } finally {
    await handle.close();
  }
}

/** How often something is tried anew that others undo at the same time, such as a folder that they remove while it is empty. */
const ATTEMPTS = 20;

async function again<T>(code: string, action: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (cause) {
      if (errorCode(cause) !== code || attempt === ATTEMPTS) throw cause;
    }
  }
}

/** Makes a folder and those above it. Node's own recursive mkdir never returns where a parent refuses entries (/proc). */
async function makeFolder(path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await mkdir(path);
      return;
    } catch (cause) {
      if (errorCode(cause) === 'EEXIST' && (await kindOf(path)) === 'folder') return;
      const isThere = (await kindOf(path)) !== undefined;
      if (errorCode(cause) === 'EEXIST' && isThere) throw cause;
      if (!['ENOENT', 'EEXIST'].includes(errorCode(cause)) || attempt === ATTEMPTS) throw cause;
      if ((await kindOf(dirname(path))) === undefined) await makeFolder(dirname(path));
    }
  }
}

/** One record, in the file as a whole or, when the disk fills up half-way, not at all. */
async function extend(target: string, content: Uint8Array | string): Promise<void> {
  const handle = await again('ENOENT', async () => {
    await makeFolder(dirname(target));
    return open(target, 'a');
  });
  try {
    const { size } = await handle.stat();
    try {
      await handle.writeFile(content);
    } catch (cause) {
      await handle.truncate(size).catch(() => undefined);
      throw cause;
    }
  } finally {
    await handle.close();
  }
}

async function toEntry(folder: string, entry: Dirent): Promise<Entry | undefined> {
  if (entry.isDirectory()) return { name: entry.name, kind: 'folder' };
  if (entry.isFile()) return { name: entry.name, kind: 'file' };
  const path = join(folder, entry.name);
  const kind = await kindOf(path);
  // Data that were not fetched, or lie on a disk that is not mounted: whoever reads it says so, instead of nobody.
  if (kind === undefined) return entry.isSymbolicLink() ? { name: entry.name, kind: 'file' } : undefined;
  if (kind === 'folder' && (await leadsBack(folder, path))) return undefined;
  return { name: entry.name, kind };
}

/** Whether a link leads to a folder that it lies in, by whichever way: who followed it would never come to an end. */
async function leadsBack(folder: string, link: string): Promise<boolean> {
  const target = await realpath(link);
  for (let above = folder; ; above = dirname(above)) {
    if ((await realpath(above)) === target) return true;
    if (above === dirname(above)) return false;
  }
}

/** Follows symbolic links; at the end of a broken one, and of one that leads to itself, is nothing. */
async function kindOf(path: string): Promise<Entry['kind'] | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (cause) {
    if (isAbsence(cause)) return undefined;
    throw cause;
  }
}

/** Whether something stands there that is neither file nor folder. */
async function isSpecial(path: string): Promise<boolean> {
  try {
    const found = await stat(path);
    return !found.isFile() && !found.isDirectory();
  } catch {
    return false;
  }
}

/** To read a pipe is to wait for whoever writes to it, perhaps for ever, and a device may have no end. */
async function refuseSpecial(path: string): Promise<void> {
  const own = await lstat(path).catch(() => undefined);
  const found = own?.isSymbolicLink() ? await statOfLink(path) : own;
  if (found === undefined || found.isFile() || found.isDirectory()) return;
  throw Object.assign(new Error('neither file nor folder'), { code: 'ESPECIAL' });
}

/** What a link leads to; undefined where it leads to itself. */
async function statOfLink(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') return undefined;
    throw Object.assign(new Error('a link to nothing'), { code: 'EBROKENLINK' });
  }
}

const isAbsence = (cause: unknown) => ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errorCode(cause));
