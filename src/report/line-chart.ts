import { type Html, html } from './html.ts';
import { SERIES_STYLES } from './style.ts';
import { linearTicks, logTicks, tickText } from './ticks.ts';

export interface Series {
  readonly name: string;
  /** Points in the order of x; a y that is not finite leaves a gap. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** The point to be marked, e.g. the checkpoint that was kept. */
  readonly best?: readonly [x: number, y: number];
}

export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** `log` leaves out values that are not positive. Default `linear`. */
  readonly yScale?: 'linear' | 'log';
  /** Lowest and highest y; by default those of the series. */
  readonly yRange?: readonly [number, number];
  /** What is said where there is no point. Default: that nothing was recorded. */
  readonly nothing?: string;
}

const WIDTH = 480;
const HEIGHT = 270;
const MARGIN = { top: 12, right: 14, bottom: 42, left: 58 };
/** More points than this per series cannot be told apart; each column of them is drawn by its lowest and highest. */
const MOST_POINTS = 400;
/** Series with fewer points get dots. */
const FEW_POINTS = 40;

/** Places data in the picture. */
interface Frame {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  readonly isDrawable: (y: number) => boolean;
}

/** A figure with a line chart as inline SVG; colours are the page's `--series-n`, so that it follows light and dark. */
export function lineChart(chart: Chart): Html {
  return html`<figure class="chart"><figcaption>${chart.title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${describe(chart)}">${chartBody(chart)}</svg>
${legend(chart)}</figure>`;
}

/** Width and height of what is drawn, in the units of {@link chartBody}. */
export const CHART_SIZE = [WIDTH, HEIGHT] as const;

/** What stands within the SVG of a chart, without a legend. */
export function chartBody(chart: Chart): Html {
  const frame = frameOf(chart);
  const drawn = chart.series.filter((series) => series.points.some(([, y]) => frame?.isDrawable(y)));
  const right = WIDTH - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  return frame === undefined
    ? html`<text class="axis" x="${WIDTH / 2}" y="${HEIGHT / 2}" text-anchor="middle">${chart.nothing ?? 'nothing was recorded'}</text>`
    : html`
<g class="grid">${frame.yTicks.map((tick) => html`<line x1="${MARGIN.left}" x2="${right}" y1="${px(frame.y(tick))}" y2="${px(frame.y(tick))}"/>`)}</g>
<line class="base" x1="${MARGIN.left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>
<g class="axis">${frame.yTicks.map((tick) => html`<text x="${MARGIN.left - 8}" y="${px(frame.y(tick) + 4)}" text-anchor="end">${tickText(tick)}</text>`)}
${frame.xTicks.map((tick) => html`<text x="${px(frame.x(tick))}" y="${bottom + 17}" text-anchor="middle">${tickText(tick)}</text>`)}
<text x="${(MARGIN.left + right) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${chart.xLabel}</text>
<text transform="translate(13 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${chart.yLabel}</text></g>
${drawn.map((series) => drawSeries(series, chart.series.indexOf(series), frame))}
${drawn.map((series) => drawBest(series, chart.series.indexOf(series), frame))}`;
}

/** The chart in a sentence, for those who do not see it. */
export function describe({ title, series, xLabel, yLabel }: Chart): string {
  const parts = series.map(({ name, points, best }) => {
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined) return `${name}: no values`;
    const marked = best === undefined ? '' : `, best ${tickText(short(best[1]))} at ${tickText(short(best[0]))}`;
    return `${name}: from ${tickText(short(first[1]))} to ${tickText(short(last[1]))}${marked}`;
  });
  return `Line chart "${title}", ${yLabel} over ${xLabel}. ${parts.join('; ')}.`;
}

function legend({ series }: Chart): Html | undefined {
  const entries = series.map((one, index) => {
    const { name, best } = one;
    const swatch = html`<svg class="swatch" viewBox="0 0 26 10" aria-hidden="true"><line class="${lineClass(one, index)}" x1="1" x2="25" y1="5" y2="5"/></svg>`;
    const marked =
      best && html` <span class="muted">best ${tickText(short(best[1]))} at ${tickText(short(best[0]))}</span>`;
    return html`<li>${swatch}${name}${marked}</li>`;
  });
  return html`<ul class="legend">${entries}</ul>`;
}

function drawSeries(series: Series, index: number, frame: Frame): Html {
  const shown = thin(series.points.filter(([x]) => Number.isFinite(x)));
  let path = '';
  let pen = 'M';
  for (const [x, y] of shown) {
    if (frame.isDrawable(y)) path += `${pen}${px(frame.x(x))} ${px(frame.y(y))}`;
    pen = frame.isDrawable(y) ? 'L' : 'M';
  }
  const dots =
    shown.length > FEW_POINTS
      ? []
      : shown
          .filter(([, y]) => frame.isDrawable(y))
          .map(
            ([x, y]) =>
              html`<circle class="dot s${index % SERIES_STYLES}" cx="${px(frame.x(x))}" cy="${px(frame.y(y))}" r="2.2"/>`,
          );
  return html`<path class="${lineClass(series, index)}" d="${path}"/>${dots}`;
}

/** Dashes tell lines apart without colour, but make dense, noisy lines unreadable. */
export function lineClass({ points }: Series, index: number): string {
  return `line s${index % SERIES_STYLES}${points.length > FEW_POINTS ? ' noisy' : ''}`;
}

function drawBest({ best, name }: Series, index: number, frame: Frame): Html | undefined {
  if (best === undefined || !frame.isDrawable(best[1])) return undefined;
  const [x, y] = [px(frame.x(best[0])), px(frame.y(best[1]))];
  return html`<circle class="best s${index % SERIES_STYLES}" cx="${x}" cy="${y}" r="5.5"><title>${name}: best ${tickText(short(best[1]))}</title></circle>`;
}

function frameOf({ series, yScale = 'linear', yRange }: Chart): Frame | undefined {
  const isLog = yScale === 'log';
  const isDrawable = (y: number) => Number.isFinite(y) && (!isLog || y > 0);
  const points = series.flatMap((one) => one.points.filter(([x, y]) => Number.isFinite(x) && isDrawable(y)));
  if (points.length === 0) return undefined;
  const [xLow, xHigh] = widened(rangeOf(points, 0));
  const [yLow, yHigh] = yRange ?? (isLog ? rangeOf(points, 1) : padded(rangeOf(points, 1)));
  const warp = isLog ? Math.log10 : (value: number) => value;
  const [low, high] = widened([warp(yLow), warp(yHigh)]);
  const width = WIDTH - MARGIN.left - MARGIN.right;
  const height = HEIGHT - MARGIN.top - MARGIN.bottom;
  const clamp = (share: number) => Math.min(1, Math.max(0, share));
  return {
    x: (value) => MARGIN.left + (width * (value - xLow)) / (xHigh - xLow),
    y: (value) => MARGIN.top + height * (1 - clamp((warp(value) - low) / (high - low))),
    xTicks: linearTicks(xLow, xHigh, 6),
    yTicks: isLog ? logTicks(10 ** low, 10 ** high) : linearTicks(low, high, 5),
    isDrawable,
  };
}

function rangeOf(points: readonly (readonly [number, number])[], axis: 0 | 1): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const point of points) {
    low = Math.min(low, point[axis]);
    high = Math.max(high, point[axis]);
  }
  return [low, high];
}

/** Room above and below, but none below zero for what is never negative. */
function padded([low, high]: readonly [number, number]): [number, number] {
  const room = 0.06 * (high - low);
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

function widened([low, high]: readonly [number, number]): [number, number] {
  return high > low ? [low, high] : [low - 0.5, high + 0.5];
}

function thin(points: Series['points']): Series['points'] {
  if (points.length <= MOST_POINTS) return points;
  const perColumn = Math.ceil((2 * points.length) / MOST_POINTS);
  const kept: (readonly [number, number])[] = [];
  for (let start = 0; start < points.length; start += perColumn) {
    const column = points.slice(start, start + perColumn).filter(([, y]) => Number.isFinite(y));
    const ordered = column.toSorted((a, b) => a[1] - b[1]);
    const ends = [ordered[0], ordered.at(-1)].filter((point) => point !== undefined);
    kept.push(...ends.toSorted((a, b) => a[0] - b[0]));
  }
  return kept;
}

function short(value: number): number {
  return Number(value.toPrecision(3));
}

function px(value: number): number {
  return Math.round(value * 10) / 10;
}
