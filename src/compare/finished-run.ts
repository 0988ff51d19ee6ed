import { z } from 'zod';
import { PatchclError } from '../core/errors.ts';
import { baseName, type Files, readText } from '../core/files.ts';
import type { CaseScores } from '../metrics/summary.ts';
import type { BestWeights } from '../runs/best-weights.ts';
import { readClock } from '../runs/clock.ts';
import type { RunFacts } from '../runs/facts.ts';
import { parseCsv } from '../runs/logs/csv.ts';
import { type CurvePoint, learningCurve } from '../runs/logs/learning-curve.ts';
import { openRun } from '../runs/open-run.ts';
import { type ComparedPart, hasFile, runPath, scoresPath } from '../runs/run-folder.ts';
import type { RequestedConfig } from '../settings/config.ts';

/** Null where undefined, and for classes that no mask has. */
const perClass = z.array(z.number().nullable());
const counts = z.array(z.int().min(0));

/** What a run and `patchcl evaluate --json` write, as far as comparisons need it. */
export const scoresSchema = z.object({
  classes: z.array(z.string()).min(2),
  cases: z.array(
    z.object({
      id: z.string(),
      unit: z.enum(['mm', 'px']),
      dice: perClass,
      jaccard: perClass,
      hd95: perClass,
      asd: perClass,
      /** Scores of early versions have none. */
      voxels: z.object({ reference: counts, prediction: counts }).exactOptional(),
    }),
  ),
  patients: z.record(z.string(), z.string()),
});

/** A run that has been trained and measured. */
export interface FinishedRun {
  /** Name of its folder. */
  readonly run: string;
  readonly config: RequestedConfig;
  readonly facts: RunFacts;
  readonly best: Omit<BestWeights, 'weights'>;
  readonly steps: number;
  readonly minutes: number;
  readonly cpuMinutes: number | null;
  readonly curve: readonly CurvePoint[];
  readonly classes: readonly string[];
  readonly cases: readonly CaseScores[];
  /** By case id. */
  readonly patients: Readonly<Record<string, string>>;
}

/** Whether a run has come to its end: the report is what it writes last. */
export function isTrained(files: Files, run: string): Promise<boolean> {
  return hasFile(files, run, 'report');
}

/** @throws PatchclError when the folder is no finished run, or its scores are missing or damaged */
export async function readFinishedRun(files: Files, run: string, split: ComparedPart): Promise<FinishedRun> {
  const log = runPath(run, 'metrics');
  const { rows } = parseCsv(await readText(files, log), log);
  const clock = await readClock(files, run);
  const { classes, cases, patients } = await readScores(files, scoresPath(run, split));
  const opened = openRun(files, run);
  const { step, network, dice } = await opened.best();
  const curve = learningCurve(rows);
  return {
    run: baseName(run),
    config: await opened.request(),
    facts: await opened.facts(),
    best: { step, network, dice },
    steps: rows.at(-1)?.step ?? 0,
    minutes: clock.elapsedSeconds / 60,
    cpuMinutes: clock.cpuSeconds === 0 ? null : clock.cpuSeconds / 60,
    curve,
    classes,
    cases,
    patients,
  };
}

/** `patchcl evaluate` names the cases that it had to leave out. */
const measuredSchema = scoresSchema.extend({ failures: z.array(z.unknown()).default([]) });

async function readScores(files: Files, path: string): Promise<z.infer<typeof scoresSchema>> {
  const text = await readText(files, path);
  const refusal = (problem: string, cause?: unknown) => {
    const hint = 'Remove the file and compare again: it is measured anew.';
    return new PatchclError('bad-file', problem, { subject: path, hint, cause });
  };
  let scores: z.infer<typeof measuredSchema>;
  try {
    scores = measuredSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw refusal('these are not the scores of a run', cause);
  }
  if (scores.failures.length > 0) throw refusal('these scores leave out cases that could not be measured');
  return scores;
}
