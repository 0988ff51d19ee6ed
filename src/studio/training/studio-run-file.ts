import { z } from 'zod';
import { type Files, joinPath, readText } from '../../core/files.ts';
import { STUDIO_FILES } from '../../data/layouts/studio.ts';
import { runSchema, trainingRequestSchema } from '../api/training.ts';

const recordSchema = runSchema
  .pick({
    id: true,
    kind: true,
    state: true,
    created: true,
    method: true,
    preset: true,
    classes: true,
    labels: true,
    validation: true,
    best: true,
    problem: true,
  })
  .extend({
    version: z.literal(1),
    request: trainingRequestSchema,
    /** The process that trained last. */
    pid: z.int().optional(),
  });

/** What the studio knows of a run beside what training writes; kept in the run's folder. */
export type RunRecord = z.infer<typeof recordSchema>;

/** Names in the folder of a run, beside those of training. */
export const RUN_EXTRAS = { record: 'record.json', data: 'data', requested: 'requested.yaml' } as const;

export async function saveRecord(files: Files, folder: string, record: RunRecord): Promise<void> {
  await files.write(joinPath(folder, RUN_EXTRAS.record), `${JSON.stringify(record, null, 2)}\n`);
}

/** Undefined where the folder is no run of the studio. */
export async function loadRecord(files: Files, folder: string): Promise<RunRecord | undefined> {
  const path = joinPath(folder, RUN_EXTRAS.record);
  if ((await files.kind(path)) !== 'file') return undefined;
  const parsed = recordSchema.safeParse(JSON.parse(await readText(files, path)));
  return parsed.success ? parsed.data : undefined;
}

/** Copies the labels of now to the folder of a run, so that what it learns from does not change while it trains, nor with a resume. */
export async function snapshotLabels(files: Files, project: string, target: string): Promise<void> {
  const copy = async (folder: string) => {
    for (const { name, kind } of await files.list(joinPath(project, folder))) {
      const path = joinPath(folder, name);
      if (kind === 'folder') await copy(path);
      else if (name.endsWith('.label')) {
        await files.write(joinPath(target, path), await files.read(joinPath(project, path)));
      }
    }
  };
  await copy(STUDIO_FILES.labels);
  await files.write(
    joinPath(target, STUDIO_FILES.settings),
    await files.read(joinPath(project, STUDIO_FILES.settings)),
  );
}
