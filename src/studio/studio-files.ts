import type { Files } from '../core/files.ts';

/** The file system of a studio: voxels are large, so parts of files are read. */
export interface StudioFiles extends Files {
  /** Some bytes of a file. @throws PatchclError `bad-file` when it is missing or shorter */
  readPart(path: string, start: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Size of a file, and a number that changes when it is written; undefined when there is none. */
  stat(path: string): Promise<{ readonly size: number; readonly changed: number } | undefined>;
  /** Puts a file into the place of another path; makes its folders. */
  move(from: string, to: string): Promise<void>;
}
