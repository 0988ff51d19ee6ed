import type { Chart } from '../report/line-chart.ts';
import { type CurveMoment, meanCurve } from './curves.ts';
import type { GroupResult, RowResult } from './result.ts';

const AXES: readonly { readonly title: string; readonly label: string; readonly x: (point: CurveMoment) => number }[] =
  [
    { title: 'over time', label: 'minutes', x: ({ minutes }) => minutes },
    { title: 'over processor time', label: 'CPU minutes', x: ({ cpuMinutes }) => cpuMinutes ?? Number.NaN },
    { title: 'over steps', label: 'steps', x: ({ step }) => step },
  ];

/** Validation Dice of the better network over time, processor time and steps, mean over the seeds. */
export function groupCharts({ rows }: GroupResult): Chart[] {
  const curves = rows.map((row) => ({ name: row.name, curve: validationCurve(row) }));
  const highest = Math.max(...curves.flatMap(({ curve }) => curve.map(({ dice }) => dice)));
  const charts = AXES.map(({ title, label, x }): Chart => {
    return {
      title: `Validation Dice ${title}`,
      xLabel: label,
      yLabel: 'mean Dice',
      // What is far below the best is of no interest, and would flatten what is.
      yRange: [Math.max(0, highest - 0.2), Math.min(1, highest + 0.02)],
      series: curves.map(({ name, curve }) => ({
        name,
        points: curve.map((point) => [x(point), point.dice] as const).filter(([at]) => Number.isFinite(at)),
      })),
    };
  });
  return charts.filter(({ series }) => series.some(({ points }) => points.length > 0));
}

/** As it was, not the best so far: one sees how much it wavers. */
function validationCurve({ runs }: RowResult): CurveMoment[] {
  return meanCurve(
    runs.map(({ curve }) =>
      curve.map(([step, minutes, cpuMinutes, student, teacher]) => {
        return { step, minutes, cpuMinutes, dice: Math.max(student, teacher) };
      }),
    ),
  );
}
