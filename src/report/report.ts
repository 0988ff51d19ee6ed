import { Html, html } from './html.ts';
import type { ReportInput } from './input.ts';
import { lineChart } from './line-chart.ts';
import { caseTable, classTable, comparisonTable } from './result-tables.ts';
import { examplePictures, headline, patchPictures, section, trainingFacts } from './sections.ts';
import { STYLE } from './style.ts';

/** The report as one HTML page that needs nothing else: no network, no scripts; pictures and charts are part of it. */
export function reportHtml(input: ReportInput): string {
  const { title, subtitle, created, comparison, results, charts, examples, patches, config, classes } = input;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="generator" content="patchcl"><title>${title}</title><style>${new Html(STYLE)}</style></head><body><main>
<header><h1>${title}</h1>${subtitle && html`<p class="muted">${subtitle}</p>`}<p class="notice">Research tool, not a medical device</p></header>
${headline(input)}
${comparison && section('Comparison', comparisonTable(comparison, input))}
${results && section('Results', classTable(results), caseTable(results, classes))}
${hasAny(examples) ? section('Worst and best cases', examplePictures(examples, input)) : ''}
${hasAny(charts) ? section('Training', html`<div class="charts">${charts.map(lineChart)}</div>`) : ''}
${patches && section('Patches and pseudo-labels', patchPictures(patches))}
${section('What was trained on what', trainingFacts(input.training))}
${config && section('Configuration', html`<details><summary>The resolved configuration</summary><pre>${config}</pre></details>`)}
<footer class="muted">Made by patchcl${created && ` on ${created}`}. Research tool, not a medical device.</footer>
</main></body></html>
`;
  return page.text;
}

function hasAny<T>(list: readonly T[] | undefined): list is readonly [T, ...T[]] {
  return list !== undefined && list.length > 0;
}
