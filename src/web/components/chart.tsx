import { type Chart as ChartInput, lineChart } from '../../report/line-chart.ts';

/** What stands in place of a model's Dice where no scan was held out to judge it. */
export const UNJUDGED = 'no scan was held out to judge the model';

/** A line chart as the report draws it: text within is escaped there. */
export function Chart(input: ChartInput) {
  return <div class="card" dangerouslySetInnerHTML={{ __html: String(lineChart(input)) }} />;
}
