import { open, rename, rm, stat } from 'node:fs/promises';
import { PatchclError } from '../core/errors.ts';
import type { Files } from '../core/files.ts';
import type { StudioFiles } from '../studio/studio-files.ts';

/** The file system of the machine with what a studio needs beside. Paths are as `files` takes them, absolute ones at best. */
export function nodeStudioFiles(files: Files): StudioFiles {
  return {
    ...files,
    async readPart(path, start, length) {
      const file = await open(path, 'r');
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
      const found = await stat(path).catch(() => undefined);
      return found?.isFile() ? { size: found.size, changed: found.mtimeMs } : undefined;
    },
    async move(from, to) {
      // Makes the folder.
      await files.write(to, '');
      await rename(from, to).catch(async (error) => {
        await rm(to, { force: true });
        throw error;
      });
    },
  };
}
