import { z } from 'zod';
import { PatchclError } from '../core/errors.ts';
import { type Files, readText } from '../core/files.ts';
import { hasFile, runPath } from './run-folder.ts';

const clockSchema = z.object({
  elapsedSeconds: z.number(),
  /** Of all threads. Runs of early versions have not counted it. */
  cpuSeconds: z.number().default(0),
});

/** What a training has taken so far. */
export type TrainingClock = z.infer<typeof clockSchema>;

/** What a run has taken up to its last checkpoint; nothing for one without. Apart from the checkpoint, which holds no clock. */
export async function readClock(files: Files, run: string): Promise<TrainingClock> {
  if (!(await hasFile(files, run, 'clock'))) return { elapsedSeconds: 0, cpuSeconds: 0 };
  const path = runPath(run, 'clock');
  try {
    return clockSchema.parse(JSON.parse(await readText(files, path)));
  } catch (cause) {
    throw new PatchclError('bad-file', 'this is not the clock of a training run', { subject: path, cause });
  }
}

export async function saveClock(files: Files, run: string, clock: TrainingClock): Promise<void> {
  await files.write(runPath(run, 'clock'), `${JSON.stringify(clock)}\n`);
}

/** Seconds of a training, breaks left out. */
export interface TrainingClocks {
  /** On the wall's clock, reading included. */
  elapsed(): number;
  /** Of processors, all threads together. */
  cpuSeconds(): number;
}

/**
 * Clocks that start now, and go on where an earlier training of the run has stopped.
 *
 * @param now see `TrainHost`
 */
export function startClocks(
  earlier: TrainingClock,
  { now, cpuSeconds }: { now(): number; cpuSeconds(): number },
): TrainingClocks {
  const [started, startedCpu] = [now(), cpuSeconds()];
  return {
    elapsed: () => earlier.elapsedSeconds + now() - started,
    cpuSeconds: () => earlier.cpuSeconds + cpuSeconds() - startedCpu,
  };
}
