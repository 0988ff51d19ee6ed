import { PatchclError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import { clusterBootstrap, clustersOf, type ResamplingOptions } from './bootstrap.ts';
import type { Metric } from './case-metrics.ts';
import { type CaseScores, isComparable } from './summary.ts';

/** One case, segmented by two methods. */
export interface CasePair {
  readonly patient: string;
  readonly scores: CaseScores;
  readonly baseline: CaseScores;
}

/** How much a method's mean differs from the baseline's. */
export interface PairedDifference {
  /** Method minus baseline, over all cases and foreground classes where both have a value. */
  readonly mean: number;
  /** 95 % bootstrap interval over patients; null for fewer than two. */
  readonly interval: readonly [number, number] | null;
}

/** Pairs scores of the same cases. @throws PatchclError `bad-data` when the cases are not the same */
export function pairCases(
  scores: readonly CaseScores[],
  baseline: readonly CaseScores[],
  patientOf: (id: string) => string,
): CasePair[] {
  const byId = new Map(baseline.map((own) => [own.id, own]));
  return scores.map((own) => {
    const other = byId.get(own.id);
    if (other === undefined || scores.length !== baseline.length) {
      throw new PatchclError('bad-data', 'the runs were not evaluated on the same cases', {
        subject: own.id,
        hint: 'Compare runs of one data set and split.',
      });
    }
    return { patient: patientOf(own.id), scores: own, baseline: other };
  });
}

/**
 * Mean difference of a metric with its interval. What is hard for both methods cancels out in each pair, so the interval is
 * far narrower than that of either mean. All pairs of a patient (scans, seeds) are drawn together.
 *
 * @returns null where no pair has two values, and for distances of which some are in mm and some in pixels
 */
export function pairedDifference(
  pairs: readonly CasePair[],
  metric: Metric,
  rng: Rng,
  options: ResamplingOptions = {},
): PairedDifference | null {
  const measured = pairs.flatMap(({ scores, baseline }) => [scores, baseline]);
  if (!isComparable(measured, metric)) return null;
  const differences = pairs.flatMap(({ patient, scores, baseline }) =>
    scores[metric].flatMap((value, index) => {
      const other = baseline[metric][index] ?? null;
      return value === null || other === null ? [] : [[patient, value - other] as const];
    }),
  );
  if (differences.length === 0) return null;
  const mean = differences.reduce((total, [, value]) => total + value, 0) / differences.length;
  return { mean, interval: clusterBootstrap(clustersOf(differences), rng, options) };
}
