import { METRIC_COLUMNS, MORE_METRIC_COLUMNS, type Results, type Statistic } from '../../report/input.ts';
import { resultsNotes } from '../../report/results.ts';
import { formatNumber, textTable } from '../../report/table.ts';

/** Tables per class (and of their mean): mean, sd and 95 % interval of every metric over the cases; then what there is to know. */
export function resultsTable(results: Results): string {
  const note = `${results.cases.length} ${results.part} cases; mean ± sd over cases [95 % CI of the mean, bootstrap over patients]`;
  const notes = [...undefinedNote(results), ...resultsNotes(results)];
  return [table(results, mainColumns(results)), moreTables(results), note, ...notes].flat().join('\n');
}

type MetricColumn = Pick<(typeof METRIC_COLUMNS | typeof MORE_METRIC_COLUMNS)[number], 'key' | 'digits'> & {
  readonly title: string;
};

function mainColumns({ unit }: Results): MetricColumn[] {
  return METRIC_COLUMNS.map(({ key, digits, title, isDistance }) => {
    return { key, digits, title: isDistance ? `${title} (${unit})` : title };
  });
}

/** What was measured beyond the usual, per voxel and per lesion: tables that fit a terminal. */
function moreTables(results: Results): string[] {
  const measured = MORE_METRIC_COLUMNS.filter(({ key }) => results.classes.some(({ metrics }) => metrics[key]));
  const columns = measured.map(({ key, digits, title }): MetricColumn => {
    const isSurface = key === 'surfaceDice' && results.tolerance !== undefined;
    return { key, digits, title: isSurface ? `${title} at ${results.tolerance} ${results.unit}` : title };
  });
  const isLesion = ({ key }: MetricColumn) => key.startsWith('lesion');
  return [columns.filter((column) => !isLesion(column)), columns.filter(isLesion)]
    .filter(({ length }) => length > 0)
    .map((some) => table(results, some));
}

function table(results: Results, columns: readonly MetricColumn[]): string {
  const rows = results.classes.map(({ name, metrics }) => [
    name,
    ...columns.map(({ key, digits }) => spread(metrics[key] ?? { mean: null }, digits)),
  ]);
  return `${textTable({ columns: [{ title: 'class' }, ...columns], rows })}\n`;
}

function undefinedNote({ cases, classes, absent = [] }: Results): string[] {
  const measured = classes.length === 1 ? 1 : classes.length - 1;
  // Of those with labels on some slices only, another note tells.
  const whole = cases.filter(({ isPartial }) => !isPartial);
  const total = whole.length * measured;
  const all = whole.reduce((sum, { hd95 }) => sum + hd95.filter((value) => value === null).length, 0);
  const missing = all - whole.length * absent.length;
  if (missing === 0) return [];
  return [`${missing} of ${total} distances are undefined and left out: a class is missing on one side`];
}

function spread({ mean, sd, interval }: Statistic, digits: number): string {
  const number = (value: number | null | undefined) => formatNumber(value, digits);
  const brackets = interval ? ` [${number(interval[0])}, ${number(interval[1])}]` : '';
  return mean === null ? '-' : `${number(mean)} ± ${number(sd)}${brackets}`;
}
