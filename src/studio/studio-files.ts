import type { Files } from '../core/files.ts';

/** The file system of a studio: voxels are large, so parts of files are read. */
export interface StudioFiles extends Files {
  /** Some bytes of a file. @throws PatchclError `bad-file` when it is missing or shorter */
  readPart(path: string, start: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Size of a file, and a number that changes when it is written; undefined when there is none. */
  stat(path: string): Promise<{ readonly size: number; readonly changed: number } | undefined>;
  /**
   * Adds to the end of a file, and makes it and its folders. What is there when the promise resolves survives the end of this
   * process and a loss of power; a crash before may leave the front of it.
   *
   * @returns where in the file it begins. @throws PatchclError `unwritable`
   */
  appendDurably(path: string, content: Uint8Array): Promise<number>;
  /** Puts a file into the place of another path; makes its folders. */
  move(from: string, to: string): Promise<void>;
}
