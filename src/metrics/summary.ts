import { PatchclError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import { clusterBootstrap, clustersOf, type ResamplingOptions } from './bootstrap.ts';
import { type CaseMetrics, METRICS, type Metric } from './case-metrics.ts';

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
  readonly mean: Readonly<Record<Metric, number | null>>;
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
  const overall = (metric: Metric) => (isComparable(cases, metric) ? mean(definedValues(cases, metric)) : null);
  return {
    classes,
    cases,
    mean: { dice: overall('dice'), jaccard: overall('jaccard'), hd95: overall('hd95'), asd: overall('asd') },
  };
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
  metric: Metric,
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
  const average = comparable ? mean(values) : null;
  const sd =
    average === null || values.length < 2
      ? null
      : Math.sqrt(sum(values.map((value) => (value - average) ** 2)) / (values.length - 1));
  return { mean: average, sd, count: values.length, undefinedCount: cases.length - values.length };
}

/** Whether the values of a metric may be put together: distances in mm and in pixels may not. */
export function isComparable(cases: readonly CaseScores[], metric: Metric): boolean {
  const isDistance = metric === 'hd95' || metric === 'asd';
  return !isDistance || new Set(cases.map((scores) => scores.unit)).size <= 1;
}

function definedValues(cases: readonly CaseScores[], metric: Metric): number[] {
  return cases.flatMap((scores) => scores[metric]).filter((value) => value !== null);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length;
}
