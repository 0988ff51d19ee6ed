import { z } from 'zod';
import { PatchclError } from '../core/errors.ts';
import { type Files, readText } from '../core/files.ts';
import { hasFile, runPath } from './run-folder.ts';

const clockSchema = z.object({ elapsedSeconds: z.number() });

/** Seconds a run has trained up to its last checkpoint; 0 for one without. Apart from the checkpoint, which holds no clock. */
export async function readClock(files: Files, run: string): Promise<number> {
  if (!(await hasFile(files, run, 'clock'))) return 0;
  const path = runPath(run, 'clock');
  try {
    return clockSchema.parse(JSON.parse(await readText(files, path))).elapsedSeconds;
  } catch (cause) {
    throw new PatchclError('bad-file', 'this is not the clock of a training run', { subject: path, cause });
  }
}

export async function saveClock(files: Files, run: string, elapsedSeconds: number): Promise<void> {
  await files.write(runPath(run, 'clock'), `${JSON.stringify({ elapsedSeconds })}\n`);
}
