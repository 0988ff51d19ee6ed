import { Rng } from '../core/rng.ts';
import { METRICS, type Metric } from '../metrics/case-metrics.ts';
import { percentile } from '../metrics/percentile.ts';
import { bootstrapInterval, type CaseScores, summarise } from '../metrics/summary.ts';
import type { Results, Statistic } from './input.ts';

export interface ResultsOptions {
  /** Names of all classes, background first. */
  readonly classes: readonly string[];
  /** Which part the cases are: `test`, `validation`. */
  readonly part: string;
  /** Patient of each case, by case id. */
  readonly patientOf: (id: string) => string;
}

/** Every metric of every foreground class over the cases, then of their mean; intervals by a bootstrap over patients. */
export function resultsOf(cases: readonly CaseScores[], options: ResultsOptions): Results {
  const foreground = options.classes.slice(1);
  const rows = foreground.map((name, index) => ({
    name,
    metrics: allMetrics(
      cases.map((scores) => only(scores, index)),
      options,
    ),
  }));
  const overall = { name: 'mean', metrics: allMetrics(cases, options) };
  return {
    part: options.part,
    unit: cases[0]?.unit ?? 'px',
    classes: foreground.length > 1 ? [...rows, overall] : rows,
    cases,
  };
}

/** A case that could not be measured. */
export interface FailedCase {
  readonly id: string;
  /** One sentence that names the file. */
  readonly problem: string;
}

/**
 * Every case's scores, their means, patients, and statistics per class: what machines read of an evaluation.
 *
 * @param failures cases that all of this is without
 */
export function scoresJson(
  cases: readonly CaseScores[],
  results: Results,
  options: ResultsOptions,
  failures: readonly FailedCase[] = [],
): string {
  const patients = Object.fromEntries(cases.map(({ id }) => [id, options.patientOf(id)]));
  const measured = { ...summarise(cases, options.classes), patients, statistics: results.classes };
  return `${JSON.stringify({ ...measured, ...(failures.length > 0 && { failures }) }, null, 2)}\n`;
}

/** The scores of one foreground class. */
function only(scores: CaseScores, index: number): CaseScores {
  const pick = <T>(values: readonly T[]) => [values[index] as T];
  const { id, unit, dice, jaccard, hd95, asd } = scores;
  return { id, unit, dice: pick(dice), jaccard: pick(jaccard), hd95: pick(hd95), asd: pick(asd) };
}

function allMetrics(cases: readonly CaseScores[], options: ResultsOptions): Record<Metric, Statistic> {
  const entries = METRICS.map((metric) => [metric, statistic(cases, metric, options)] as const);
  return Object.fromEntries(entries) as Record<Metric, Statistic>;
}

/** Over cases; a case's value is the mean over the classes it has one for. */
function statistic(cases: readonly CaseScores[], metric: Metric, { patientOf }: ResultsOptions): Statistic {
  const values = cases.flatMap((scores) => {
    const defined = definedOf(scores, metric);
    return defined.length === 0 ? [] : [average(defined)];
  });
  if (values.length === 0) return { mean: null };
  const all = cases.flatMap((scores) => definedOf(scores, metric));
  const centre = average(values);
  const squares = values.reduce((total, value) => total + (value - centre) ** 2, 0);
  return {
    // Over all values, as `summarise` counts; differs from the mean over cases only where values are undefined.
    mean: average(all),
    sd: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)),
    median: percentile(values, 50),
    min: Math.min(...values),
    max: Math.max(...values),
    interval: bootstrapInterval(cases, metric, new Rng(0, 'bootstrap', metric), { patientOf }),
  };
}

function definedOf(scores: CaseScores, metric: Metric): number[] {
  const values: readonly (number | null)[] = scores[metric];
  return values.filter((value) => value !== null);
}

function average(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
