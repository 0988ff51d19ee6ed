import type { DataNotes } from '../data/notes.ts';
import type { Results } from '../report/input.ts';
import type { FailedCase } from '../report/results.ts';
import type { RunEvaluation } from '../runs/evaluate-run.ts';

/** How well a run's model does on a part of its data. */
export interface Evaluation {
  /** Mean Dice over cases and foreground classes; null where none is defined. */
  readonly dice: number | null;
  /** Mean 95 % Hausdorff distance in `results.unit`; null where none is defined. */
  readonly hd95: number | null;
  /** Every metric per class and per case, with 95 % intervals over patients. */
  readonly results: Results;
  /** Cases that all of this is without, and why. */
  readonly failures: readonly FailedCase[];
  /** What is odd about the data: sentences without the final stop. */
  readonly notes: readonly string[];
}

export function evaluationOf({ results, failures }: RunEvaluation, notes: DataNotes): Evaluation {
  const overall = results.classes.at(-1)?.metrics;
  return {
    dice: overall?.dice.mean ?? null,
    hd95: overall?.hd95.mean ?? null,
    ...{ results, failures, notes: notes.lines() },
  };
}
