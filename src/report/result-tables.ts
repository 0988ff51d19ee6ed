import { type Html, html } from './html.ts';
import {
  type Comparison,
  METRIC_COLUMNS,
  MORE_METRIC_COLUMNS,
  type ReportInput,
  type Results,
  type Statistic,
} from './input.ts';
import { resultsNotes } from './results.ts';
import { formatNumber } from './table.ts';

/** From this many cases on the table starts folded. */
const MANY_CASES = 12;

/** One row per class and metric with the spread over cases. */
export function classTable(results: Results): Html {
  const statistics = results.classes.flatMap(({ metrics }) => Object.values(metrics));
  const hasInterval = statistics.some(({ interval }) => interval);
  const more = MORE_METRIC_COLUMNS.filter(({ key }) => results.classes.some(({ metrics }) => metrics[key]));
  const columns = [...METRIC_COLUMNS, ...more.map((column) => ({ ...column, isDistance: false }))];
  const notes = resultsNotes(results).map((note) => html`<br>${note}.`);
  const body = results.classes.map(({ name, metrics }, index) =>
    columns.map(({ key, title, digits, isDistance }, row) => {
      const statistic = metrics[key] ?? { mean: null };
      const isMean = index === results.classes.length - 1 && index > 0 && row === 0;
      return html`<tr${isMean ? html` class="total"` : ''}>
${row === 0 ? html`<th scope="rowgroup" rowspan="${columns.length}">${name}</th>` : ''}
<th scope="row">${title}${isDistance ? ` (${results.unit})` : ''}</th>
${[statistic.mean, statistic.sd, statistic.median].map((value) => number(formatNumber(value, digits)))}
${number(range(statistic.min, statistic.max, digits))}
${hasInterval ? number(range(statistic.interval?.[0], statistic.interval?.[1], digits)) : ''}</tr>`;
    }),
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Results per class"><table>
<caption><span>Over ${results.cases.length} ${results.part} cases. Dice and Jaccard: 1 is perfect. Distances: 0 is perfect.${notes}</span></caption>
<thead><tr><th scope="col">class</th><th scope="col">metric</th>${[
    'mean',
    'sd',
    'median',
    'min to max',
    ...(hasInterval ? ['95 % CI of the mean'] : []),
  ].map(
    (title) => html`<th scope="col" class="number">${title}</th>`,
  )}</tr></thead>${body.map((rows) => html`<tbody>${rows}</tbody>`)}</table></div>`;
}

/** One row per case: every metric of every foreground class. */
export function caseTable(results: Results, classes: readonly string[]): Html {
  const absent = results.absent?.map(({ name }) => name) ?? [];
  const foreground = classes
    .slice(1)
    .map((name, index) => ({ name, index }))
    .filter(({ name }) => !absent.includes(name));
  const groups = METRIC_COLUMNS.map(
    ({ title, isDistance }) =>
      html`<th scope="colgroup" colspan="${foreground.length}" class="group edge">${title}${isDistance ? ` (${results.unit})` : ''}</th>`,
  );
  const names = METRIC_COLUMNS.flatMap(() =>
    foreground.map(({ name }, column) => html`<th scope="col" class="${numberClass(column)}">${name}</th>`),
  );
  const rows = results.cases.map(
    (scores) =>
      html`<tr><th scope="row">${scores.id}</th>${METRIC_COLUMNS.flatMap(({ key, digits }) =>
        foreground.map(
          ({ index }, column) =>
            html`<td class="${numberClass(column)}">${formatNumber(scores[key][index], digits)}</td>`,
        ),
      )}</tr>`,
  );
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="Results per case"><table class="tight dense"><caption><span>Metrics of each case</span></caption>
<thead><tr><th rowspan="2" scope="col">case</th>${groups}</tr><tr>${names}</tr></thead><tbody>${rows}</tbody></table></div>`;
  const open = results.cases.length < MANY_CASES ? html` open` : '';
  return html`<details${open}><summary>All ${results.cases.length} cases</summary>${table}</details>`;
}

/** One row per method; the best mean of each metric stands out. */
export function comparisonTable(comparison: Comparison, input: ReportInput): Html {
  const { methods, unit } = comparison;
  const metrics = METRIC_COLUMNS.filter(({ key }) => methods.some((method) => method.metrics[key]));
  const hasInterval = methods.some((method) => Object.values(method.metrics).some(({ interval }) => interval));
  const foreground = methods.some(({ classDice }) => classDice) ? input.classes.slice(1) : [];
  const effort = (['labelled', 'steps', 'minutes'] as const).filter((key) =>
    methods.some((method) => method[key] !== undefined),
  );
  const effortTitles = { labelled: 'labelled patients', steps: 'steps', minutes: 'minutes' };
  const head = [
    ...metrics.map(({ title, isDistance }) => (isDistance ? `${title} (${unit})` : title)),
    ...foreground.map((name) => `Dice, ${name}`),
    ...effort.map((key) => effortTitles[key]),
  ];
  const rows = methods.map((method) => {
    const efforts = effort.map((key) => number(formatNumber(method[key], key === 'minutes' ? 1 : 0)));
    const scores = metrics.map(({ key, digits, isDistance }) => {
      const means = methods.map((other) => other.metrics[key]?.mean);
      return number(highlighted(method.metrics[key], means, digits, isDistance));
    });
    const perClass = foreground.map((_, index) => {
      const means = methods.map((other) => other.classDice?.[index]);
      return number(highlighted({ mean: method.classDice?.[index] ?? null }, means, 3, false));
    });
    return html`<tr><th scope="row">${method.name}</th>${scores}${perClass}${efforts}</tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Comparison of methods"><table class="tight">
<caption><span>${comparison.note ?? 'Means over cases and foreground classes.'} Best values stand out${hasInterval ? '; brackets: 95 % CI of the mean' : ''}.</span></caption>
<thead><tr><th scope="col">method</th>${head.map((title) => html`<th scope="col" class="number">${title}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function highlighted(
  statistic: Statistic | undefined,
  means: readonly (number | null | undefined)[],
  digits: number,
  isLowBest: boolean,
): Html {
  const defined = means.filter((mean) => typeof mean === 'number');
  const best = isLowBest ? Math.min(...defined) : Math.max(...defined);
  const text = formatNumber(statistic?.mean, digits);
  const isBest = defined.length > 1 && statistic?.mean === best;
  const interval = statistic?.interval;
  return html`${isBest ? html`<strong class="top">${text}</strong>` : text}${
    interval ? html`<small>[${range(interval[0], interval[1], digits)}]</small>` : ''
  }`;
}

function number(content: string | Html): Html {
  return html`<td class="number">${content}</td>`;
}

function numberClass(index: number): string {
  return index === 0 ? 'number edge' : 'number';
}

function range(low: number | null | undefined, high: number | null | undefined, digits: number): string {
  const isAbsent = low === null || low === undefined || high === null || high === undefined;
  return isAbsent ? '-' : `${formatNumber(low, digits)} to ${formatNumber(high, digits)}`;
}
