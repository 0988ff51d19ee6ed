import type { Chart, Series } from '../../report/line-chart.ts';
import { trainingMinutes } from '../logs/learning-curve.ts';
import type { LogRow } from '../logs/row.ts';

const LOSSES = ['loss', 'supervised', 'consistency', 'contrast'];

/** The curves of a run, from the rows of its metrics.csv. */
export function chartsOf(rows: readonly LogRow[]): Chart[] {
  const series = (name: string, title = name, x = (row: LogRow) => row.step): Series => ({
    name: title,
    points: rows.flatMap((row) => {
      const value = row.values[name];
      return value === undefined ? [] : [[x(row), value] as const];
    }),
  });
  const minutes = (row: LogRow) => trainingMinutes(row, rows[0]);
  const recorded = (list: readonly Series[]) => list.filter(({ points }) => points.length > 0);
  const dice = (x?: (row: LogRow) => number) =>
    recorded(['student', 'teacher'].map((name) => withBest(series(`validation/${name}`, name, x))));
  const charts: Chart[] = [
    {
      title: 'Loss and its parts',
      xLabel: 'step',
      yLabel: 'loss',
      yScale: 'log',
      series: recorded(LOSSES.map((name) => series(name))),
    },
    { title: 'Validation Dice', xLabel: 'step', yLabel: 'mean Dice', yRange: [0, 1], series: dice() },
    {
      title: 'Validation Dice over time',
      xLabel: 'minutes of training',
      yLabel: 'mean Dice',
      yRange: [0, 1],
      series: dice(minutes),
    },
    {
      title: 'Learning rate',
      xLabel: 'step',
      yLabel: 'learning rate',
      series: recorded([series('learningRate', 'learning rate')]),
    },
    {
      title: 'Weights and confidence',
      xLabel: 'step',
      yLabel: 'value',
      series: recorded([series('beta'), series('confidentShare', 'share of confident pixels')]),
    },
    {
      title: 'Speed',
      xLabel: 'step',
      yLabel: 'images per second',
      series: recorded([series('imagesPerSecond', 'images per second')]),
    },
  ];
  return charts.filter((chart) => chart.series.length > 0);
}

function withBest(series: Series): Series {
  const finite = series.points.filter(([, y]) => Number.isFinite(y));
  if (finite.length === 0) return { ...series, points: [] };
  return { ...series, best: finite.reduce((best, point) => (point[1] > best[1] ? point : best)) };
}
