import type { Chart } from '../report/line-chart.ts';
import { type Clock, type CurveMoment, meanCurve } from './curves.ts';
import type { ComparisonResult, GroupResult, RowResult } from './result.ts';

const AXES: readonly { readonly title: string; readonly label: string; readonly clock: Clock }[] = [
  { title: 'over time', label: 'minutes', clock: 'minutes' },
  { title: 'over processor time', label: 'CPU minutes', clock: 'cpuMinutes' },
  { title: 'over steps', label: 'steps', clock: 'step' },
];

/**
 * Validation Dice of the better network over time, processor time and steps, mean over the seeds. Where the processor's time is the
 * budget, that of the wall says only what else the machine did, and is left out.
 */
export function groupCharts({ rows }: GroupResult, { clock: budget }: Pick<ComparisonResult, 'clock'>): Chart[] {
  const curves = rows.map((row) => ({ name: row.name, curve: validationCurve(row) }));
  const highest = Math.max(...curves.flatMap(({ curve }) => curve.map(({ dice }) => dice)));
  const axes = AXES.filter(({ clock }) => budget !== 'cpuMinutes' || clock !== 'minutes');
  const charts = axes.map(({ title, label, clock }): Chart => {
    return {
      title: `Validation Dice ${title}`,
      xLabel: label,
      yLabel: 'mean Dice',
      // What is far below the best is of no interest, and would flatten what is.
      yRange: [Math.max(0, highest - 0.2), Math.min(1, highest + 0.02)],
      series: curves.map(({ name, curve }) => ({
        name,
        points: curve
          .map((point) => [point[clock] ?? Number.NaN, point.dice] as const)
          .filter(([at]) => Number.isFinite(at)),
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
