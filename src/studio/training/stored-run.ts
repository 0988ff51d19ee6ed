import { z } from 'zod';
import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath, readText } from '../../core/files.ts';
import { runSchema, trainingRequestSchema } from '../api/training.ts';

const storedRunSchema = runSchema
  .pick({
    id: true,
    kind: true,
    state: true,
    created: true,
    ended: true,
    method: true,
    preset: true,
    classes: true,
    labels: true,
    validation: true,
    best: true,
    problem: true,
    trained: true,
  })
  .extend({
    version: z.literal(1),
    request: trainingRequestSchema,
    /** Label value of the project for each class of the model; absent: the classes are in the order of their values. */
    values: z.array(z.int()).optional(),
    /** The process that trained last. */
    pid: z.int().optional(),
  });

/** What the studio knows of a run beside what training writes; kept in the run's folder. */
export type StoredRun = z.infer<typeof storedRunSchema>;

/** Names in the folder of a run, beside those of training. */
export const RUN_EXTRAS = { record: 'record.json', data: 'data', requested: 'requested.yaml' } as const;

export async function saveStoredRun(files: Files, folder: string, run: StoredRun): Promise<void> {
  await files.write(joinPath(folder, RUN_EXTRAS.record), `${JSON.stringify(run, null, 2)}\n`);
}

/** Undefined where the folder is no run of the studio. @throws PatchclError `bad-file` when its record is damaged */
export async function loadStoredRun(files: Files, folder: string): Promise<StoredRun | undefined> {
  const path = joinPath(folder, RUN_EXTRAS.record);
  if ((await files.kind(path)) !== 'file') return undefined;
  try {
    return storedRunSchema.parse(JSON.parse(await readText(files, path)));
  } catch (cause) {
    const hint = 'The run is left out; its model and weights are where they were.';
    throw new PatchclError('bad-file', 'the record of this run is damaged', { subject: path, hint, cause });
  }
}
