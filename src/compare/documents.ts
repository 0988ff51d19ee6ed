import { Html, html } from '../report/html.ts';
import { htmlTable } from '../report/html-table.ts';
import { lineChart } from '../report/line-chart.ts';
import { section } from '../report/sections.ts';
import { STYLE } from '../report/style.ts';
import { markdownTable, textTable } from '../report/table.ts';
import { groupCharts } from './charts.ts';
import type { ComparisonResult } from './result.ts';
import { groupTables, groupTitle } from './tables.ts';

/** What was the same for all runs, and on what. */
export function protocolText({ split, budget, versions, processors, clock, missing }: ComparisonResult): string {
  const machine = [
    processors?.join(' and ') ?? versions.cpu,
    versions.node === undefined ? undefined : `Node ${versions.node}`,
  ];
  const on = machine.filter((part) => part !== undefined).join(', ');
  const part = {
    val: 'validation cases, which also choose the step that counts',
    test: 'test cases',
    unlabelled: 'the unlabelled cases of the training data, whose masks no run has read',
  }[split];
  const unequal =
    processors === undefined || clock === 'step'
      ? ''
      : ' Runs were made on different processors: a minute of one is not the same work as a minute of another.';
  const left = missing.length === 0 ? '' : ` Not finished: ${missing.join(', ')}.`;
  return `Budget of each run: ${budget}, on ${on}.${unequal} Scores are of ${part}. Runs of one data set, number of labels and seed have the same split and the same order of labelled images; settings that differ are listed.${left}`;
}

/** The comparison for a terminal: the main table of every group. */
export function comparisonText(comparison: ComparisonResult): string {
  return comparison.groups
    .map((group) => {
      const [main] = groupTables(group, comparison);
      return main === undefined ? '' : `${groupTitle(group)}\n${textTable(main.table)}\n${main.caption}`;
    })
    .join('\n\n');
}

/** The comparison as Markdown. */
export function comparisonMarkdown(comparison: ComparisonResult): string {
  const groups = comparison.groups.map((group) => {
    const tables = groupTables(group, comparison).map(
      ({ caption, table }) => `${markdownTable(table)}\n\n${caption}\n`,
    );
    return `## ${groupTitle(group)}\n\n${tables.join('\n')}`;
  });
  return [`# ${comparison.name}\n`, `${protocolText(comparison)}\n`, ...groups].join('\n');
}

/** The comparison as one page that needs nothing else. */
export function comparisonHtml(comparison: ComparisonResult): string {
  const groups = comparison.groups.map((group) => {
    const tables = groupTables(group, comparison).map(({ caption, table }) => htmlTable(table, caption));
    const charts = html`<div class="charts">${groupCharts(group, comparison).map(lineChart)}</div>`;
    return section(groupTitle(group), tables[0], charts, tables.slice(1));
  });
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="generator" content="patchcl"><title>${comparison.name}</title><style>${new Html(STYLE)}</style></head><body><main>
<header><h1>${comparison.name}</h1><p class="muted">${protocolText(comparison)}</p><p class="notice">Research tool, not a medical device</p></header>
${groups}
<footer class="muted">Made by patchcl compare.</footer>
</main></body></html>
`.text;
}
