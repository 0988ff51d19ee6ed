import type { PairedDifference } from '../metrics/paired.ts';
import { METRIC_COLUMNS } from '../report/input.ts';
import { type Cell, formatNumber, type Table } from '../report/table.ts';
import type { ComparisonResult, GroupResult, RowResult } from './result.ts';

/** A table and what it shows. */
export interface TitledTable {
  readonly caption: string;
  readonly table: Table;
}

/** The tables of a group, the most important one first. */
export function groupTables(group: GroupResult, comparison: ComparisonResult): TitledTable[] {
  const tables = [mainTable(group, comparison), classTable(group), timeTable(group, comparison)];
  return group.rows.some(({ settings }) => settings.length > 0) ? [...tables, settingsTable(group)] : tables;
}

/** `acdc, 7 labelled patients` */
export function groupTitle({ data, labelled }: GroupResult): string {
  if (labelled === 'all') return `${data}, all labels`;
  return typeof labelled === 'number' ? `${data}, ${labelled} labelled patients` : `${data}, ${labelled} of the labels`;
}

function mainTable({ rows, unit }: GroupResult, { baseline, split }: ComparisonResult): TitledTable {
  const metrics = METRIC_COLUMNS.map(({ title, isDistance }) => (isDistance ? `${title}, ${unit}` : title));
  const columns = ['method', 'seeds', ...metrics, `Dice against ${baseline}`, 'steps', 'minutes', 'CPU minutes'];
  const table: Table = {
    columns: columns.map((title) => ({ title, digits: /minutes/.test(title) ? 1 : 0 })),
    rows: rows.map((row): Cell[] => [
      row.name,
      row.runs.length,
      ...METRIC_COLUMNS.map(({ key, digits }) => spreadText(row.mean[key], digits)),
      differenceText(row.difference?.dice ?? null),
      average(row.runs.map(({ steps }) => steps)),
      average(row.runs.map(({ minutes }) => minutes)),
      average(row.runs.map(({ cpuMinutes }) => cpuMinutes)),
    ]),
  };
  const undefinedDistances = rows.flatMap(({ runs }) => runs).reduce((sum, run) => sum + run.undefinedDistances, 0);
  const missing = undefinedDistances === 0 ? '' : ` ${undefinedDistances} distances are undefined and left out.`;
  const cases = Object.keys(rows[0]?.runs[0]?.cases ?? {}).length;
  const part = { val: 'validation', test: 'test', unlabelled: 'unlabelled' }[split];
  const caption = `Means over ${cases} ${part} cases and foreground classes, ± standard deviation over seeds; in brackets the 95 % interval of the paired difference (bootstrap over patients).${missing}`;
  return { caption, table };
}

/** Dice, HD95 and ASD of every foreground class. */
function classTable({ rows, classes, unit }: GroupResult): TitledTable {
  const metrics = METRIC_COLUMNS.filter(({ key }) => key !== 'jaccard');
  const isMeasured = (index: number) => rows.some(({ classes: own }) => own.dice[index] != null);
  const measured = classes
    .slice(1)
    .map((name, index) => ({ name, index }))
    .filter(({ index }) => isMeasured(index));
  const columns = metrics.flatMap(({ title, digits, isDistance }) =>
    measured.map(({ name }) => ({ title: `${title}${isDistance ? `, ${unit}` : ''}: ${name}`, digits })),
  );
  return {
    caption: 'Every foreground class: means over cases and seeds.',
    table: {
      columns: [{ title: 'method' }, ...columns],
      rows: rows.map(({ name, classes: own }): Cell[] => [
        name,
        ...metrics.flatMap(({ key }) => measured.map(({ index }) => own[key][index] ?? null)),
      ]),
    },
  };
}

const CLOCK_NAMES = { minutes: 'minute', cpuMinutes: 'CPU minute', step: 'step' } as const;

function timeTable({ rows }: GroupResult, { baseline, clock }: ComparisonResult): TitledTable {
  const targets = rows[0]?.timeTo.map(({ dice }) => dice) ?? [];
  const columns = [
    'method',
    ...targets.map((dice) => `${dice.toFixed(3)} after`),
    `above ${baseline} from ${CLOCK_NAMES[clock]}`,
    'best validation Dice',
  ];
  const digits = clock === 'step' ? 0 : 1;
  const body = rows.map(({ name, timeTo, ahead, runs }): Cell[] => [
    name,
    ...timeTo.map((arrival) => arrivalText(arrival, runs.length)),
    ahead === null ? '' : ahead.after === null ? 'never' : formatNumber(ahead.after, digits),
    average(runs.map(({ best }) => best.dice)),
  ]);
  const best = rows.some(({ name }) => name === baseline) ? ` The last target is the best of ${baseline}.` : '';
  return {
    caption: `Minutes (CPU minutes, steps) until the best validation Dice so far reaches a target; median over the seeds that do.${best}`,
    table: { columns: columns.map((title) => ({ title })), rows: body },
  };
}

function settingsTable({ rows }: GroupResult): TitledTable {
  return {
    caption: 'Settings that differ between rows.',
    table: {
      columns: [{ title: 'row' }, { title: 'method' }, { title: 'settings' }],
      rows: rows.map(({ name, method, settings }): Cell[] => [name, method, settings.join(', ')]),
    },
  };
}

function arrivalText({ minutes, cpuMinutes, steps, seeds }: RowResult['timeTo'][number], of: number): string {
  if (minutes === null) return 'never';
  const some = seeds < of ? `, ${seeds} of ${of} seeds` : '';
  return `${formatNumber(minutes, 1)} (${formatNumber(cpuMinutes, 1)}, ${formatNumber(steps, 0)})${some}`;
}

function spreadText(spread: RowResult['mean']['dice'], digits: number): string {
  if (spread === null) return '-';
  return spread.sd === null
    ? formatNumber(spread.mean, digits)
    : `${formatNumber(spread.mean, digits)} ± ${formatNumber(spread.sd, digits)}`;
}

/** `+0.012 [+0.003, +0.021]` */
export function differenceText(difference: PairedDifference | null): string {
  if (difference === null) return '';
  const signed = (value: number) => `${value < 0 ? '' : '+'}${formatNumber(value, 3)}`;
  const { mean, interval } = difference;
  return interval === null ? signed(mean) : `${signed(mean)} [${signed(interval[0])}, ${signed(interval[1])}]`;
}

function average(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  return defined.length === 0 ? null : defined.reduce((total, value) => total + value, 0) / defined.length;
}
