import { baseName } from '../core/files.ts';
import { Rng } from '../core/rng.ts';
import { METRICS, type Metric } from '../metrics/case-metrics.ts';
import { pairCases, pairedDifference } from '../metrics/paired.ts';
import { classStatistics, summarise } from '../metrics/summary.ts';
import type { ComparedPart } from '../runs/run-folder.ts';
import { aheadAfter, bestSoFar, type Clock, type CurveMoment, meanCurve, timeTo } from './curves.ts';
import type { FinishedRun } from './finished-run.ts';
import type { ComparisonResult, GroupResult, RowResult, RunResult } from './result.ts';
import { differingSettings } from './settings-text.ts';

/** A finished run and the row of the table it belongs to. */
export interface ComparedRun {
  readonly row: string;
  readonly run: FinishedRun;
}

export interface SummaryOptions {
  readonly name: string;
  readonly split: ComparedPart;
  readonly baseline: string;
  /** Validation Dice whose time of arrival is told, beside the baseline's best. */
  readonly targets: readonly number[];
  /** Runs that are not finished. */
  readonly missing: readonly string[];
}

/**
 * Puts runs side by side: a group for every data set and number of labels, in it a row for every method or variant, whose
 * runs differ by their seeds.
 *
 * @param runs at least one
 * @throws PatchclError `bad-data` when runs of a group were measured on different cases
 */
export function summariseComparison(runs: readonly ComparedRun[], options: SummaryOptions): ComparisonResult {
  const { name, split, baseline, missing } = options;
  const first = (runs[0] as ComparedRun).run;
  const clocks = new Set(runs.map(({ run }) => clockOf(run)));
  // Runs of different budgets have nothing but time in common.
  const clock = clocks.size === 1 ? clockOf(first) : 'minutes';
  const processors = [...new Set(runs.map(({ run }) => run.facts.versions.cpu ?? 'unknown processor'))];
  const groups = groupBy(runs, ({ run }) => `${baseName(run.facts.data)} ${run.config.labelled ?? 'all'}`);
  return {
    version: 1,
    name,
    versions: first.facts.versions,
    ...(processors.length > 1 && { processors }),
    budget: [...new Set(runs.map(({ run }) => budgetText(run)))].join('; '),
    clock,
    split,
    baseline,
    missing: [...missing],
    groups: [...groups.values()].map((members) => summariseGroup(members, clock, options)),
  };
}

function summariseGroup(members: readonly ComparedRun[], clock: Clock, options: SummaryOptions): GroupResult {
  const rows = groupBy(members, ({ row }) => row);
  const ofBaseline = rows.get(options.baseline)?.map(({ run }) => run) ?? [];
  const { config, facts, classes, cases } = (members[0] as ComparedRun).run;
  const differing = differingSettings([...rows.values()].map(([member]) => (member as ComparedRun).run.config));
  return {
    data: baseName(facts.data),
    labelled: config.labelled ?? 'all',
    counts: facts.counts,
    classes: [...classes],
    unit: cases[0]?.unit ?? 'px',
    rows: [...rows].map(([row, own], i) => {
      const runs = own.map(({ run }) => run).sort((a, b) => a.config.seed - b.config.seed);
      const against =
        row === options.baseline ? { difference: null, ahead: null } : comparedWith(ofBaseline, runs, clock);
      return { name: row, settings: differing[i] ?? [], ...summariseRow(runs, ofBaseline, options), ...against };
    }),
  };
}

function summariseRow(
  runs: readonly FinishedRun[],
  baseline: readonly FinishedRun[],
  options: SummaryOptions,
): Omit<RowResult, 'name' | 'settings' | 'difference' | 'ahead'> {
  const results = runs.map(runResult);
  const curves = runs.map(({ curve }) => bestSoFar(curve));
  const theirBest = meanOfCurves(baseline).at(-1)?.dice;
  const targets = [...options.targets, ...(theirBest === undefined ? [] : [theirBest])];
  return {
    method: (runs[0] as FinishedRun).config.method,
    runs: results,
    mean: perMetric((metric) => spreadOf(results.map(({ mean }) => mean[metric]))),
    classes: perMetric((metric) => meanOfLists(results.map(({ classes }) => classes[metric]))),
    timeTo: targets.map((dice) => timeTo(curves, dice)),
  };
}

/** Over the seeds that both have; null when there is none. */
function comparedWith(
  baseline: readonly FinishedRun[],
  runs: readonly FinishedRun[],
  clock: Clock,
): Pick<RowResult, 'difference' | 'ahead'> {
  const both = runs.flatMap((run) => {
    const other = baseline.find(({ config }) => config.seed === run.config.seed);
    return other === undefined ? [] : [{ run, other }];
  });
  if (both.length === 0) return { difference: null, ahead: null };
  const curve = meanOfCurves(both.map(({ run }) => run));
  return {
    difference: differenceOf(both),
    ahead: { after: aheadAfter(curve, meanOfCurves(both.map(({ other }) => other)), clock) },
  };
}

function meanOfCurves(runs: readonly FinishedRun[]): CurveMoment[] {
  return meanCurve(runs.map(({ curve }) => bestSoFar(curve)));
}

function differenceOf(both: readonly { run: FinishedRun; other: FinishedRun }[]): RowResult['difference'] {
  const pairs = both.flatMap(({ run, other }) => pairCases(run.cases, other.cases, (id) => run.patients[id] ?? id));
  return perMetric((metric) => {
    const found = pairedDifference(pairs, metric, new Rng(0, 'paired', metric));
    if (found === null) return null;
    return { mean: found.mean, interval: found.interval === null ? null : [...found.interval] };
  });
}

function runResult(run: FinishedRun): RunResult {
  const { cases, classes, config, curve } = run;
  const statistics = classes.slice(1).map((_, k) => classStatistics(cases, k + 1));
  const undefinedDistances = statistics.reduce((total, { hd95 }) => total + hd95.undefinedCount, 0);
  return {
    run: run.run,
    seed: config.seed,
    device: run.facts.device,
    steps: run.steps,
    minutes: rounded(run.minutes),
    cpuMinutes: run.cpuMinutes === null ? null : rounded(run.cpuMinutes),
    best: run.best,
    mean: summarise(cases, classes).mean,
    classes: perMetric((metric) => statistics.map((own) => own[metric].mean)),
    undefinedDistances,
    cases: Object.fromEntries(
      cases.map(({ id, dice }) => [id, dice.map((value) => (value === null ? null : rounded(value)))]),
    ),
    curve: curve.map(({ step, minutes, cpuMinutes, student, teacher }) => {
      const cpu = cpuMinutes === null ? null : rounded(cpuMinutes);
      return [step, rounded(minutes), cpu, rounded(student), rounded(teacher)];
    }),
  };
}

function clockOf({ config: { budget } }: FinishedRun): Clock {
  if (budget.steps !== undefined) return 'step';
  return budget.clock === 'cpu' ? 'cpuMinutes' : 'minutes';
}

/** What a run was allowed, in words. */
function budgetText({ config: { budget } }: FinishedRun): string {
  if (budget.steps !== undefined) return `${budget.steps} steps`;
  return `${budget.minutes} ${budget.clock === 'cpu' ? 'processor ' : ''}minutes`;
}

/** Mean and sample standard deviation over seeds. */
function spreadOf(values: readonly (number | null)[]): { mean: number; sd: number | null } | null {
  const defined = values.filter((value) => value !== null);
  if (defined.length === 0) return null;
  const mean = defined.reduce((total, value) => total + value, 0) / defined.length;
  const squares = defined.reduce((total, value) => total + (value - mean) ** 2, 0);
  return { mean, sd: defined.length < 2 ? null : Math.sqrt(squares / (defined.length - 1)) };
}

function meanOfLists(lists: readonly (readonly (number | null)[])[]): (number | null)[] {
  return (lists[0] ?? []).map((_, k) => spreadOf(lists.map((list) => list[k] ?? null))?.mean ?? null);
}

function perMetric<T>(value: (metric: Metric) => T): Record<Metric, T> {
  return Object.fromEntries(METRICS.map((metric) => [metric, value(metric)])) as Record<Metric, T>;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}
