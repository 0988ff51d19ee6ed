import type { Results, Statistic } from '../../report/input.ts';
import { METRIC_COLUMNS } from '../../report/input.ts';
import { formatNumber, textTable } from '../../report/table.ts';

/** A table per class (and of their mean): mean, sd and 95 % interval of every metric over the cases. */
export function resultsTable(results: Results): string {
  const rows = results.classes.map(({ name, metrics }) => [
    name,
    ...METRIC_COLUMNS.map(({ key, digits }) => spread(metrics[key], digits)),
  ]);
  const titles = METRIC_COLUMNS.map(({ title, isDistance }) => (isDistance ? `${title} (${results.unit})` : title));
  const columns = ['class', ...titles].map((title) => ({ title }));
  const note = `${results.cases.length} ${results.part} cases; mean ± sd over cases [95 % CI of the mean, bootstrap over patients]`;
  const undefinedCount = results.cases.reduce(
    (sum, { hd95 }) => sum + hd95.filter((value) => value === null).length,
    0,
  );
  const left = `${undefinedCount} of ${results.cases.length * (results.cases[0]?.hd95.length ?? 0)}`;
  const missing =
    undefinedCount === 0 ? '' : `\n${left} distances are undefined and left out: a class is missing on one side`;
  return `${textTable({ columns, rows })}\n${note}${missing}`;
}

function spread({ mean, sd, interval }: Statistic, digits: number): string {
  const number = (value: number | null | undefined) => formatNumber(value, digits);
  const brackets = interval ? ` [${number(interval[0])}, ${number(interval[1])}]` : '';
  return mean === null ? '-' : `${number(mean)} ± ${number(sd)}${brackets}`;
}
