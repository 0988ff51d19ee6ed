import { PatchclError } from '../../core/errors.ts';
import { memoryFiles } from '../../core/memory-files.ts';
import type { StudioFiles } from '../studio-files.ts';

/** A studio's file system in memory. */
export function memoryStudioFiles(content: Readonly<Record<string, Uint8Array | string>> = {}): StudioFiles {
  const files = memoryFiles(content);
  const sizeOf = async (path: string) => ((await files.kind(path)) === 'file' ? (await files.read(path)).length : 0);
  return {
    ...files,
    async readPart(path, start, length) {
      const part = (await files.read(path)).slice(start, start + length);
      if (part.length === length) return part as Uint8Array<ArrayBuffer>;
      throw new PatchclError('bad-file', `it ends early: ${part.length} of ${length} bytes`, { subject: path });
    },
    async stat(path) {
      return (await files.kind(path)) === 'file' ? { size: await sizeOf(path), changed: 0 } : undefined;
    },
    async appendDurably(path, added) {
      const start = await sizeOf(path);
      await files.append(path, added);
      return start;
    },
    async move(from, to) {
      await files.write(to, await files.read(from));
      await files.remove(from);
    },
  };
}
