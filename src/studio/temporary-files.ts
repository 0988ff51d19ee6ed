import { type Files, joinPath } from '../core/files.ts';

/** Gives a path for a file that is gone afterwards, whatever happens. */
export type WithTemporary = <T>(use: (path: string) => Promise<T>) => Promise<T>;

/** @param folder for temporary files alone: what an earlier process has left there is removed */
export async function temporaryFiles(files: Files, folder: string): Promise<WithTemporary> {
  await files.remove(folder);
  return async (use) => {
    const path = joinPath(folder, crypto.randomUUID());
    try {
      return await use(path);
    } finally {
      await files.remove(path);
    }
  };
}
