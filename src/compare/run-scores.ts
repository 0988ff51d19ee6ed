import { z } from 'zod';
import { PatchclError } from '../core/errors.ts';
import { baseName, type Files, readText } from '../core/files.ts';
import { factsSchema } from '../runs/facts.ts';
import { type ComparedPart, recordPath } from '../runs/run-folder.ts';
import { storedConfigSchema } from '../settings/config.ts';
import { type FinishedRun, readFinishedRun, scoresSchema } from './finished-run.ts';

const recordSchema = scoresSchema.extend({
  version: z.literal(1),
  config: storedConfigSchema,
  /** The data set by its name: where it was is of no use elsewhere. */
  facts: factsSchema,
  best: z.strictObject({ step: z.int(), network: z.enum(['student', 'teacher']), dice: z.number().nullable() }),
  steps: z.int(),
  minutes: z.number(),
  cpuMinutes: z.number().nullable(),
  curve: z.array(
    z.strictObject({
      step: z.int(),
      minutes: z.number(),
      cpuMinutes: z.number().nullable(),
      student: z.number(),
      teacher: z.number(),
    }),
  ),
});

/**
 * A run as comparisons see it, in one small file of its folder. A folder that holds nothing else still counts as done: results
 * of other machines, or of long ago, need no weights to be compared with.
 *
 * @throws PatchclError `bad-file` when the file is damaged
 */
export async function readRecord(files: Files, run: string, split: ComparedPart): Promise<FinishedRun> {
  const path = recordPath(run, split);
  try {
    const { version: _, ...finished } = recordSchema.parse(JSON.parse(await readText(files, path)));
    return { run: baseName(run), ...finished };
  } catch (cause) {
    const hint = 'Remove it and compare again.';
    throw new PatchclError('bad-file', 'this is not the record of a run', { subject: path, hint, cause });
  }
}

/** What a finished run's folder says, kept as its record. */
export async function recordRun(files: Files, run: string, split: ComparedPart): Promise<FinishedRun> {
  const finished = await readFinishedRun(files, run, split);
  const { run: _, facts, ...rest } = finished;
  const record = { version: 1, ...rest, facts: { ...facts, data: baseName(facts.data) } };
  await files.write(recordPath(run, split), `${JSON.stringify(record)}\n`);
  return finished;
}

/** Whether a run's folder holds its record. */
export async function hasRecord(files: Files, run: string, split: ComparedPart): Promise<boolean> {
  return (await files.kind(recordPath(run, split))) === 'file';
}
