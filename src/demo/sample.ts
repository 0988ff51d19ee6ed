import type { Files } from '../core/files.ts';
import { writeHearts } from './write-hearts.ts';

/** Scans to try the studio with: few enough that a training of a minute shows something. Two have masks. */
const SAMPLE = { annotated: 2, unannotated: 8, size: 96, slices: 6, seed: 1 } as const;

/** Writes the sample project's scans. */
export function writeSample(files: Files, folder: string): Promise<void> {
  return writeHearts(files, folder, SAMPLE);
}
