import { type Files, joinPath } from '../../core/files.ts';
import { memoryFiles } from '../../core/memory-files.ts';

/** A `File` of a page. Spelt out, since this package is checked without the types of the DOM. */
export interface PageFile {
  readonly name: string;
  /** Set where a person chose a folder. */
  readonly webkitRelativePath?: string;
  arrayBuffer(): Promise<ArrayBuffer>;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** Where the files stand that a page hands over. */
export const HANDED = 'files';

/** The place of a file among those that are handed over. */
export const placeOf = (file: PageFile) => joinPath(HANDED, file.webkitRelativePath || file.name);

/** Files of a page as a file system, read when they are asked for. What is written stays in memory. */
export function pageFiles(chosen: readonly PageFile[]): Files {
  const byPath = new Map(chosen.map((file) => [placeOf(file), file]));
  const memory = memoryFiles(Object.fromEntries([...byPath.keys()].map((path) => [path, ''])));
  return {
    ...memory,
    read: async (path) => {
      const file = byPath.get(path);
      return file === undefined ? memory.read(path) : new Uint8Array(await file.arrayBuffer());
    },
    readStart: async (path, length) => {
      const file = byPath.get(path);
      return file === undefined
        ? memory.readStart(path, length)
        : new Uint8Array(await file.slice(0, length).arrayBuffer());
    },
  };
}
