import { PatchclError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import { clusterBootstrap, clustersOf, type ResamplingOptions } from './bootstrap.ts';
import {
  type AnyMetric,
  type CaseMetrics,
  METRICS,
  type Metric,
  MORE_METRICS,
  type MoreMetric,
} from './case-metrics.ts';

/** The metrics of a named case. */
export interface CaseScores extends CaseMetrics {
  readonly id: string;
}

/** An evaluation as it is written to JSON. */
export interface Evaluation {
  /** Names of all classes, background first; the cases' arrays are over the foreground classes `classes[1]`, `classes[2]`, ... */
  readonly classes: readonly string[];
  readonly cases: readonly CaseScores[];
  /** Mean over all cases and foreground classes; undefined (null) values are left out, and a mean of none is null. */
  readonly mean: Readonly<Record<Metric, number | null>> & Readonly<Partial<Record<MoreMetric, number | null>>>;
}

/** One metric of one class over the cases. */
export interface ClassStatistics {
  readonly mean: number | null;
  /** Sample standard deviation over cases (n - 1); null for fewer than two values. */
  readonly sd: number | null;
  /** Cases the metric is defined for. */
  readonly count: number;
  /** Cases it is undefined for: exactly one of prediction and reference has the class. */
  readonly undefinedCount: number;
}

/**
 * Gathers the cases and their means. Distances in pixels and in millimetres have no common mean, so `hd95` and `asd` are null
 * when the cases mix units.
 *
 * @param classes names of all classes, background first.
 * @throws PatchclError `bad-data` when a case's arrays do not have one value per foreground class.
 */
export function summarise(cases: readonly CaseScores[], classes: readonly string[]): Evaluation {
  for (const scores of cases) {
    if (scores.dice.length !== classes.length - 1) {
      throw new PatchclError(
        'bad-data',
        `the scores are of ${scores.dice.length} foreground classes, expected ${classes.length - 1}`,
        { subject: scores.id },
      );
    }
  }
  const overall = (metric: AnyMetric) => (isComparable(cases, metric) ? mean(definedValues(cases, metric)) : null);
  const more = measuredMetrics(cases).map((metric) => [metric, overall(metric)] as const);
  return {
    classes,
    cases,
    mean: {
      ...{ dice: overall('dice'), jaccard: overall('jaccard'), hd95: overall('hd95'), asd: overall('asd') },
      ...Object.fromEntries(more),
    },
  };
}

/** Which of the further metrics all cases have. */
export function measuredMetrics(cases: readonly CaseScores[]): MoreMetric[] {
  return MORE_METRICS.filter((metric) => cases.length > 0 && cases.every((scores) => scores[metric] !== undefined));
}

/**
 * Foreground classes, counted from 1, that no reference mask of these cases has. Nothing can be said of how well they are found, and
 * agreement that there is nothing would count as perfect. Scores of early versions do not tell, so none is absent there.
 */
export function absentClasses(cases: readonly CaseScores[]): number[] {
  const [first] = cases;
  if (first === undefined || cases.some(({ voxels }) => voxels === undefined)) return [];
  return first.dice.flatMap((_, i) => (cases.every(({ voxels }) => voxels?.reference[i] === 0) ? [i + 1] : []));
}

/** The cases with null in the place of all that was measured of absent classes, so that these are in no mean. */
export function withoutAbsent(cases: readonly CaseScores[]): CaseScores[] {
  const absent = new Set(absentClasses(cases));
  if (absent.size === 0) return [...cases];
  return cases.map((scores) => {
    const blanked = [...METRICS, ...MORE_METRICS].flatMap((metric) => {
      const values = scores[metric]?.map((value, i) => (absent.has(i + 1) ? null : value));
      return values === undefined ? [] : [[metric, values] as const];
    });
    return { ...scores, ...Object.fromEntries(blanked) };
  });
}

/** Mean and standard deviation over cases of every metric for one foreground class; `klass` counts from 1. */
export function classStatistics(cases: readonly CaseScores[], klass: number): Record<Metric, ClassStatistics> {
  const entries = METRICS.map((metric) => [metric, statistics(cases, metric, klass)] as const);
  return Object.fromEntries(entries) as Record<Metric, ClassStatistics>;
}

/** How `bootstrapInterval` resamples. */
export interface BootstrapOptions extends ResamplingOptions {
  /** Patient of each case, by case id; by default every case is a patient of its own. */
  readonly patientOf?: (id: string) => string;
}

/**
 * Bootstrap interval of a metric's mean over cases and foreground classes. Patients are drawn with replacement, each with all
 * their cases, because scans of one patient are not independent.
 *
 * @returns [low, high], or null when fewer than two patients have a defined value or the cases mix units.
 */
export function bootstrapInterval(
  cases: readonly CaseScores[],
  metric: AnyMetric,
  rng: Rng,
  { patientOf = (id) => id, ...options }: BootstrapOptions = {},
): readonly [number, number] | null {
  if (!isComparable(cases, metric)) return null;
  const values = cases.flatMap((scores) =>
    definedValues([scores], metric).map((value) => [patientOf(scores.id), value] as const),
  );
  return clusterBootstrap(clustersOf(values), rng, options);
}

function statistics(cases: readonly CaseScores[], metric: Metric, klass: number): ClassStatistics {
  const comparable = isComparable(cases, metric);
  const values = cases.map((scores) => scores[metric][klass - 1]).filter((value) => typeof value === 'number');
  const isAbsent = absentClasses(cases).includes(klass);
  const average = comparable ? mean(values) : null;
  const sd =
    average === null || values.length < 2
      ? null
      : Math.sqrt(sum(values.map((value) => (value - average) ** 2)) / (values.length - 1));
  // Of a scan with labels on some slices only, no distance is measured: that says nothing of its masks.
  const unmeasured = isDistance(metric) ? cases.filter(({ isPartial }) => isPartial).length : 0;
  const undefinedCount = isAbsent ? 0 : cases.length - unmeasured - values.length;
  return { mean: average, sd, count: values.length, undefinedCount };
}

/** Whether the values of a metric may be put together: distances in mm and in pixels may not. */
export function isComparable(cases: readonly CaseScores[], metric: AnyMetric): boolean {
  return !isDistance(metric) || new Set(cases.map((scores) => scores.unit)).size <= 1;
}

const isDistance = (metric: AnyMetric) => metric === 'hd95' || metric === 'asd';

function definedValues(cases: readonly CaseScores[], metric: AnyMetric): number[] {
  return cases.flatMap((scores) => scores[metric] ?? []).filter((value) => value !== null);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length;
}
