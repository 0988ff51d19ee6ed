import { open, rename, rm, stat } from 'node:fs/promises';
import { PatchclError } from '../core/errors.ts';
import type { Files } from '../core/files.ts';
import { writeError } from '../node/file-errors.ts';
import type { StudioFiles } from '../studio/studio-files.ts';

/** The file system of the machine with what a studio needs beside. Paths are as `files` takes them, absolute ones at best. */
export function nodeStudioFiles(files: Files): StudioFiles {
  return {
    ...files,
    async readPart(path, start, length) {
      const file = await open(files.absolute(path), 'r');
      try {
        const part = new Uint8Array(length);
        const { bytesRead } = await file.read(part, 0, length, start);
        if (bytesRead === length) return part;
        throw new PatchclError('bad-file', `it ends early: ${bytesRead} of ${length} bytes`, { subject: path });
      } finally {
        await file.close();
      }
    },
    async stat(path) {
      const found = await stat(files.absolute(path)).catch(() => undefined);
      return found?.isFile() ? { size: found.size, changed: found.mtimeMs } : undefined;
    },
    async appendDurably(path, content) {
      // Makes the folder.
      if ((await files.kind(path)) === undefined) await files.write(path, '');
      try {
        return await extend(files.absolute(path), content);
      } catch (cause) {
        throw writeError(path, cause);
      }
    },
    async move(from, to) {
      // Makes the folder.
      await files.write(to, '');
      await rename(files.absolute(from), files.absolute(to)).catch(async (error) => {
        await rm(files.absolute(to), { force: true });
        throw error;
      });
    },
  };
}

/** On the disk as a whole or, when that fills up half-way, not at all. */
async function extend(path: string, content: Uint8Array): Promise<number> {
  const file = await open(path, 'a');
  try {
    const { size } = await file.stat();
    try {
      await file.writeFile(content);
      await file.datasync();
      return size;
    } catch (cause) {
      await file.truncate(size).catch(() => undefined);
      throw cause;
    }
  } finally {
    await file.close();
  }
}
