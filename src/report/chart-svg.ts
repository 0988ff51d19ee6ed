import { Html, html } from './html.ts';
import { CHART_SIZE, type Chart, chartBody, describe, lineClass } from './line-chart.ts';
import { CHART_STYLE } from './style.ts';

/** Entries side by side in a legend. */
const COLUMNS = 3;
const ROW = 18;
const TITLE = 22;

/** A line chart with title and legend as an SVG file, which follows the reader's light or dark setting. */
export function chartSvg(chart: Chart): string {
  const [width, height] = CHART_SIZE;
  const entries = chart.series.map((series, index) => {
    const x = 12 + ((width - 12) / COLUMNS) * (index % COLUMNS);
    const y = TITLE + height + ROW * Math.floor(index / COLUMNS) + 8;
    return html`<line class="${lineClass(series, index)}" x1="${x}" x2="${x + 24}" y1="${y}" y2="${y}"/><text x="${x + 30}" y="${y + 4}">${series.name}</text>`;
  });
  const total = TITLE + height + ROW * Math.ceil(chart.series.length / COLUMNS) + 6;
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" width="${width}" height="${total}" role="img" aria-label="${describe(chart)}">
<style>${new Html(CHART_STYLE)}</style>
<text x="12" y="16" font-weight="600">${chart.title}</text>
<g transform="translate(0 ${TITLE})">${chartBody(chart)}</g>
${entries}
</svg>
`.text;
}
