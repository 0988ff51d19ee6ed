import { expect, it } from 'vitest';
import type { CaseScores } from '../../metrics/summary.ts';
import { resultsOf } from '../../report/results.ts';
import { resultsTable } from './evaluation-tables.ts';

const scores = (id: string, dice: number[], hd95: (number | null)[]): CaseScores => {
  return { id, dice, jaccard: dice, hd95, asd: hd95, unit: 'mm' };
};
const table = (cases: readonly CaseScores[], patientOf: (id: string) => string) =>
  resultsTable(resultsOf(cases, { classes: ['background', 'a', 'b'], part: 'test', patientOf }));

it('says how many distances there are none of', () => {
  const text = table([scores('p1', [0.5, 0], [3, null]), scores('p2', [0.7, 0.9], [1, 2])], (id) => id);
  expect(text).toMatch(/^class +Dice +Jaccard +HD95 \(mm\) +ASD \(mm\)/);
  expect(text).toContain('1 of 4 distances are undefined and left out');
  expect(table([scores('p1', [1, 1], [0, 0])], (id) => id)).not.toContain('undefined');
});

it('gives intervals over patients: none for two scans of one', () => {
  const cases = [scores('p1_1', [0.5, 0.6], [3, 3]), scores('p1_2', [0.7, 0.9], [1, 2])];
  expect(table(cases, (id) => id)).toMatch(/a +0\.600 ± 0\.141 \[0\.500, 0\.700\]/);
  expect(table(cases, () => 'p1')).not.toMatch(/\n.*\d \[/);
});
