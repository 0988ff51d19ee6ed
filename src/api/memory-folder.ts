import type { Files } from '../core/files.ts';
import { memoryFiles } from '../core/memory-files.ts';

/** The same files, but for one folder that is in memory alone. */
export function withMemoryFolder(files: Files, folder: string): Files {
  const memory = memoryFiles();
  const of = (path: string) => (path === folder || path.startsWith(`${folder}/`) ? memory : files);
  return {
    read: (path) => of(path).read(path),
    readStart: (path, length) => of(path).readStart(path, length),
    list: (path) => of(path).list(path),
    kind: (path) => of(path).kind(path),
    write: (path, content) => of(path).write(path, content),
    append: (path, content) => of(path).append(path, content),
    remove: (path) => of(path).remove(path),
    removeEmpty: (path) => of(path).removeEmpty(path),
    absolute: (path) => (of(path) === memory ? path : files.absolute(path)),
  };
}
