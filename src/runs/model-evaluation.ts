import { z } from 'zod';
import { type Files, readText } from '../core/files.ts';
import type { ModelInfo } from '../predict/model-file.ts';
import { scoresPath } from './run-folder.ts';

/** What of a run's scores its model states. */
const scoresSchema = z.object({
  cases: z.array(z.unknown()),
  patients: z.record(z.string(), z.string()),
  statistics: z.array(
    z.object({
      metrics: z.object({
        dice: z.object({ mean: z.number().nullable(), interval: z.tuple([z.number(), z.number()]).nullish() }),
      }),
    }),
  ),
});

/**
 * How good a run's model is on its validation cases, by the scores in its folder; undefined where there are none. A model that is made
 * again from its weights then says the same.
 */
export async function modelEvaluation(files: Files, run: string): Promise<ModelInfo['evaluation']> {
  const path = scoresPath(run, 'val');
  if ((await files.kind(path)) !== 'file') return undefined;
  const { success, data } = scoresSchema.safeParse(parsed(await readText(files, path)));
  const dice = data?.statistics.at(-1)?.metrics.dice;
  if (!success || dice === undefined || dice.mean === null || data.cases.length === 0) return undefined;
  const patients = new Set(Object.values(data.patients)).size;
  return { part: 'validation', cases: data.cases.length, patients, dice: dice.mean, interval: dice.interval ?? null };
}

/** Damaged scores are none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
