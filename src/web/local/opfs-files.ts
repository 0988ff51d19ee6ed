import { PatchclError } from '../../core/errors.ts';
import type { Entry } from '../../core/files.ts';
import { InOrder } from '../../core/in-order.ts';
import type { StudioFiles } from '../../studio/studio-files.ts';

/**
 * The private file system of this origin: kept by the browser, reached by no other site, gone when the site's data are
 * cleared. Pages and workers see the same files.
 *
 * @param root as `navigator.storage.getDirectory()` gives it
 */
export function opfsFiles(root: FileSystemDirectoryHandle): StudioFiles {
  const appends = new InOrder();

  const fileOf = async (path: string): Promise<File> => {
    const { folder, name } = split(path);
    const parent = await folderAt(root, folder, false);
    try {
      if (parent !== undefined) return await (await parent.getFileHandle(name)).getFile();
    } catch (cause) {
      if (isOtherKind(cause)) throw badFile(path, 'this is a folder, a file was expected', cause);
      if (!isAbsence(cause)) throw badFile(path, 'it cannot be read', cause);
    }
    throw badFile(path, 'there is no such file');
  };

  const writeTo = async (path: string, content: Uint8Array | string, at?: number): Promise<void> => {
    try {
      const { folder, name } = split(path);
      const parent = (await folderAt(root, folder, true)) as FileSystemDirectoryHandle;
      const handle = await parent.getFileHandle(name, { create: true });
      // What is written takes the old content's place when it is closed: whole, or not at all.
      const writable = await handle.createWritable({ keepExistingData: at !== undefined });
      try {
        if (at !== undefined) await writable.seek(at);
        await writable.write(content as Uint8Array<ArrayBuffer>);
      } catch (cause) {
        await writable.abort().catch(() => undefined);
        throw cause;
      }
      await writable.close();
    } catch (cause) {
      throw unwritable(path, cause);
    }
  };

  const files: StudioFiles = {
    read: async (path) => new Uint8Array(await (await fileOf(path)).arrayBuffer()),
    readStart: async (path, length) => new Uint8Array(await (await fileOf(path)).slice(0, length).arrayBuffer()),
    async readPart(path, start, length) {
      const part = new Uint8Array(await (await fileOf(path)).slice(start, start + length).arrayBuffer());
      if (part.length === length) return part;
      throw badFile(path, `it ends early: ${part.length} of ${length} bytes`);
    },
    async stat(path) {
      if ((await files.kind(path)) !== 'file') return undefined;
      const { size, lastModified } = await fileOf(path);
      return { size, changed: lastModified };
    },
    async list(path) {
      const folder = await folderAt(root, path, false);
      const entries: Entry[] = [];
      for await (const [name, { kind }] of folder?.entries() ?? []) {
        entries.push({ name, kind: kind === 'file' ? 'file' : 'folder' });
      }
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async kind(path) {
      const { folder, name } = split(path);
      const parent = await folderAt(root, folder, false);
      if (name === '' || parent === undefined) return parent && 'folder';
      const file = await parent.getFileHandle(name).catch(() => undefined);
      if (file !== undefined) return 'file';
      return (await parent.getDirectoryHandle(name).catch(() => undefined)) && 'folder';
    },
    write: (path, content) => writeTo(path, content),
    append(path, content) {
      return appends.run(path, async () => writeTo(path, content, (await files.stat(path))?.size ?? 0));
    },
    appendDurably(path, content) {
      return appends.run(path, async () => {
        const start = (await files.stat(path))?.size ?? 0;
        await writeTo(path, content, start);
        return start;
      });
    },
    // There is one place for all paths to start at.
    absolute: (path) => path,
    async remove(path) {
      const { folder, name } = split(path);
      const parent = await folderAt(root, folder, false);
      try {
        await parent?.removeEntry(name, { recursive: true });
      } catch (cause) {
        if (!isAbsence(cause)) throw unwritable(path, cause);
      }
    },
    async removeEmpty(path) {
      const { folder, name } = split(path);
      const parent = await folderAt(root, folder, false);
      // Not recursive: one that holds something stays.
      await parent?.removeEntry(name).catch(() => undefined);
    },
    async move(from, to) {
      await files.write(to, await files.read(from));
      await files.remove(from);
    },
  };
  return files;
}

async function folderAt(root: FileSystemDirectoryHandle, path: string, create: boolean) {
  let folder = root;
  for (const name of parts(path)) {
    try {
      folder = await folder.getDirectoryHandle(name, { create });
    } catch (cause) {
      if (!create && (isAbsence(cause) || isOtherKind(cause))) return undefined;
      throw cause;
    }
  }
  return folder;
}

function split(path: string): { readonly folder: string; readonly name: string } {
  const names = parts(path);
  const name = names.pop() ?? '';
  return { folder: names.join('/'), name };
}

function parts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

const named = (cause: unknown, name: string) => cause instanceof DOMException && cause.name === name;
const isAbsence = (cause: unknown) => named(cause, 'NotFoundError');
const isOtherKind = (cause: unknown) => named(cause, 'TypeMismatchError');

function badFile(subject: string, problem: string, cause?: unknown): PatchclError {
  return new PatchclError('bad-file', problem, { subject, cause });
}

function unwritable(subject: string, cause: unknown): PatchclError {
  if (!named(cause, 'QuotaExceededError'))
    return new PatchclError('unwritable', 'it cannot be written', { subject, cause });
  const hint = 'Remove projects that are not needed any more, or use patchcl studio.';
  return new PatchclError('unwritable', 'the browser gives this site no more space', { subject, hint, cause });
}
