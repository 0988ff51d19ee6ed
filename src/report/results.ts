import { Rng } from '../core/rng.ts';
import { type AnyMetric, METRICS, type Metric } from '../metrics/case-metrics.ts';
import { percentile } from '../metrics/percentile.ts';
import { absentClasses, bootstrapInterval, type CaseScores, measuredMetrics, summarise } from '../metrics/summary.ts';
import type { AbsentClass, Results, ResultsRow, Statistic } from './input.ts';

export interface ResultsOptions {
  /** Names of all classes, background first. */
  readonly classes: readonly string[];
  /** Which part the cases are: `test`, `validation`. */
  readonly part: string;
  /** Patient of each case, by case id. */
  readonly patientOf: (id: string) => string;
  /** The value that stands in masks for each class; default: its place in the list. */
  readonly values?: readonly number[] | undefined;
  /** Of the surface Dice, in the unit of the distances. */
  readonly tolerance?: number | undefined;
}

/**
 * Every metric of every foreground class over the cases, then of their mean; intervals by a bootstrap over patients. Classes that no
 * mask has are told apart, and have no row.
 */
export function resultsOf(cases: readonly CaseScores[], options: ResultsOptions): Results {
  const absent = absentClasses(cases);
  const metrics = [...METRICS, ...measuredMetrics(cases)];
  const present = options.classes.map((name, klass) => ({ name, klass })).slice(1);
  const rows = present
    .filter(({ klass }) => !absent.includes(klass))
    .map(({ name, klass }): ResultsRow => {
      const own = cases.map((scores) => only(scores, klass - 1, metrics));
      return { name, metrics: allMetrics(own, metrics, options) };
    });
  const overall: ResultsRow = { name: 'mean', metrics: allMetrics(cases, metrics, options) };
  return {
    part: options.part,
    unit: cases[0]?.unit ?? 'px',
    classes: rows.length === 1 ? rows : [...rows, overall],
    cases,
    absent: absent.map((klass): AbsentClass => {
      const predicted = cases.filter(({ voxels }) => (voxels?.prediction[klass - 1] ?? 0) > 0).length;
      return { name: options.classes[klass] as string, predicted };
    }),
    ...(options.tolerance !== undefined && { tolerance: options.tolerance }),
  };
}

/** What a table of results says beside its numbers, in sentences without the final stop. */
export function resultsNotes({ absent = [], cases }: Results): string[] {
  const units = new Set(cases.map(({ unit }) => unit));
  const partial = cases.filter(({ isPartial }) => isPartial).length;
  return [
    ...absent.map(({ name, predicted }) => {
      const found = predicted === 0 ? '' : `, though the prediction has it in ${predicted} of ${cases.length} cases`;
      return `${name}: no mask has it, so it is in no mean${found}`;
    }),
    ...(units.has('px') && units.has('mm')
      ? ['some masks do not say how large a voxel is: distances in mm and in pixels have no common mean']
      : units.has('px')
        ? ['distances are in pixels: the masks do not say how large one is']
        : []),
    ...(partial > 0
      ? [
          `${partial} of ${cases.length} cases have labels on some slices only: overlap is counted on those, distances are measured where a scan is whole`,
        ]
      : []),
  ];
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
  const { classes, values, tolerance } = options;
  const patients = Object.fromEntries(cases.map(({ id }) => [id, options.patientOf(id)]));
  const absent = results.absent?.map(({ name }) => name) ?? [];
  const measured = {
    ...summarise(cases, classes),
    patients,
    statistics: results.classes,
    ...(values !== undefined && { values }),
    ...(absent.length > 0 && { absent }),
    ...(tolerance !== undefined && { tolerance }),
    ...(failures.length > 0 && { failures }),
  };
  return `${JSON.stringify(measured, null, 2)}\n`;
}

/** The scores of one foreground class. */
function only(scores: CaseScores, index: number, metrics: readonly AnyMetric[]): CaseScores {
  const own = metrics.map((metric) => [metric, [scores[metric]?.[index] ?? null]] as const);
  return { id: scores.id, unit: scores.unit, ...(Object.fromEntries(own) as unknown as Pick<CaseScores, Metric>) };
}

function allMetrics(
  cases: readonly CaseScores[],
  metrics: readonly AnyMetric[],
  options: ResultsOptions,
): ResultsRow['metrics'] {
  const entries = metrics.map((metric) => [metric, statistic(cases, metric, options)] as const);
  return Object.fromEntries(entries) as unknown as ResultsRow['metrics'];
}

/** Over cases; a case's value is the mean over the classes it has one for. */
function statistic(cases: readonly CaseScores[], metric: AnyMetric, { patientOf }: ResultsOptions): Statistic {
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

function definedOf(scores: CaseScores, metric: AnyMetric): number[] {
  const values: readonly (number | null)[] = scores[metric] ?? [];
  return values.filter((value) => value !== null);
}

function average(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
