import type { Files } from '../core/files.ts';

/**
 * Remembers which files are read and what they were like then, so that those that were written since can be told without reading
 * them once more. A file system that gives no stamps never tells of any.
 */
export class FileWatch {
  /** The file system, whose reading of whole files is watched. */
  readonly files: Files;
  readonly #stamps = new Map<string, string | undefined>();

  constructor(files: Files) {
    this.files = {
      ...files,
      read: async (path) => {
        // Before it is read: what is written meanwhile counts as changed. The first reading is the one that training learns from.
        if (!this.#stamps.has(path)) this.#stamps.set(path, await files.stamp?.(path));
        return files.read(path);
      },
    };
  }

  /** Paths of the files that are not what they were when they were read first, or have gone. */
  async changed(): Promise<readonly string[]> {
    const changed: string[] = [];
    for (const [path, stamp] of this.#stamps) {
      if ((await this.files.stamp?.(path)) !== stamp) changed.push(path);
    }
    return changed;
  }
}
