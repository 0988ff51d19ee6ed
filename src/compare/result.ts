import { z } from 'zod';
import { PatchclError } from '../core/errors.ts';
import { type Files, readText } from '../core/files.ts';
import { COMPARED_PARTS } from '../runs/run-folder.ts';

const metrics = z.strictObject({
  dice: z.number().nullable(),
  jaccard: z.number().nullable(),
  hd95: z.number().nullable(),
  asd: z.number().nullable(),
});
const perClass = z.array(z.number().nullable());

/** One run, trained and measured. */
export const runResult = z.strictObject({
  /** Name of its folder. */
  run: z.string(),
  seed: z.int(),
  device: z.string(),
  steps: z.int(),
  minutes: z.number(),
  /** Of all threads; null where it was not counted. */
  cpuMinutes: z.number().nullable(),
  /** The step and network whose weights were kept, by validation Dice. */
  best: z.strictObject({ step: z.int(), network: z.string(), dice: z.number().nullable() }),
  /** Means over cases and foreground classes. */
  mean: metrics,
  /** Means over cases, one per foreground class. */
  classes: z.strictObject({ dice: perClass, jaccard: perClass, hd95: perClass, asd: perClass }),
  /** Distances that are undefined, a class being missing on one side; they are in no mean. */
  undefinedDistances: z.int(),
  /** Dice of every case, one per foreground class; null for a class that no mask has. */
  cases: z.record(z.string(), perClass),
  /** Validations: step, minutes, processor minutes, Dice of student and teacher. */
  curve: z.array(z.tuple([z.int(), z.number(), z.number().nullable(), z.number(), z.number()])),
});
export type RunResult = z.infer<typeof runResult>;

const spread = z.strictObject({ mean: z.number(), sd: z.number().nullable() }).nullable();
const difference = z
  .strictObject({ mean: z.number(), interval: z.tuple([z.number(), z.number()]).nullable() })
  .nullable();

/** The runs of one method or variant on the same data and labels: they differ by their seeds. */
const rowResult = z.strictObject({
  name: z.string(),
  method: z.string(),
  /** Settings that differ from those of all rows, as `section.setting: value`. */
  settings: z.array(z.string()),
  runs: z.array(runResult),
  /** Mean and standard deviation over seeds. */
  mean: z.strictObject({ dice: spread, jaccard: spread, hd95: spread, asd: spread }),
  /** Mean over seeds, one per foreground class. */
  classes: z.strictObject({ dice: perClass, jaccard: perClass, hd95: perClass, asd: perClass }),
  /** Against the baseline's runs of the same seeds, case by case, with a 95 % bootstrap interval over patients. */
  difference: z.strictObject({ dice: difference, jaccard: difference, hd95: difference, asd: difference }).nullable(),
  /** When the best validation Dice so far reaches targets, last the baseline's best if it has runs: medians over the seeds that get there, and how many do. */
  timeTo: z.array(
    z.strictObject({
      dice: z.number(),
      seeds: z.int(),
      steps: z.number().nullable(),
      minutes: z.number().nullable(),
      cpuMinutes: z.number().nullable(),
    }),
  ),
  /**
   * From when on the best validation Dice so far stays above that of the baseline's runs of the same seeds, on the comparison's
   * clock; `after` is null if it does not. Null where there is nothing to compare with.
   */
  ahead: z.strictObject({ after: z.number().nullable() }).nullable(),
});
export type RowResult = z.infer<typeof rowResult>;

/** One data set with one number of labels. */
const groupResult = z.strictObject({
  data: z.string(),
  labelled: z.union([z.int(), z.string()]),
  /** Patients and images of each part in the first run, whose seed is the lowest. */
  counts: z.record(z.string(), z.strictObject({ patients: z.int(), images: z.int() })),
  /** Names of all classes, background first. */
  classes: z.array(z.string()),
  unit: z.enum(['mm', 'px']),
  rows: z.array(rowResult),
});
export type GroupResult = z.infer<typeof groupResult>;

/** A comparison: what `compare.json` holds. */
export const comparisonResult = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  /** Programs and machine of the first run. */
  versions: z.record(z.string(), z.string()),
  /** What the runs were made on, where that differs. */
  processors: z.array(z.string()).exactOptional(),
  /** What every run was allowed, in words. */
  budget: z.string(),
  /** What the budget is counted in, and `ahead`. */
  clock: z.enum(['minutes', 'cpuMinutes', 'step']),
  split: z.enum(COMPARED_PARTS),
  baseline: z.string(),
  /** Runs that were asked for and are not finished. */
  missing: z.array(z.string()),
  groups: z.array(groupResult),
});
export type ComparisonResult = z.infer<typeof comparisonResult>;

/** @throws PatchclError `bad-file` when the file is no `compare.json` */
export async function loadComparison(files: Files, path: string): Promise<ComparisonResult> {
  try {
    return comparisonResult.parse(JSON.parse(await readText(files, path)));
  } catch (cause) {
    const hint = 'Point to a compare.json that patchcl compare has written.';
    throw new PatchclError('bad-file', 'this is not the result of a comparison', { subject: path, hint, cause });
  }
}
