import { type Chart as ChartInput, lineChart } from '../../report/line-chart.ts';

/** A line chart as the report draws it: text within is escaped there. */
export function Chart(input: ChartInput) {
  return <div class="card" dangerouslySetInnerHTML={{ __html: String(lineChart(input)) }} />;
}
