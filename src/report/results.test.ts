import { expect, it } from 'vitest';
import type { CaseScores } from '../metrics/summary.ts';
import { summarise } from '../metrics/summary.ts';
import { resultsOf } from './results.ts';

const scores = (id: string, dice: number[], hd95: (number | null)[]): CaseScores => ({
  id,
  dice,
  jaccard: dice,
  hd95,
  asd: hd95,
  unit: 'mm',
});
const cases = [
  scores('p1_a', [0.8, 0.6], [2, null]),
  scores('p1_b', [0.6, 0.4], [4, 6]),
  scores('p2', [1, 0.2], [0, 3]),
];
const classes = ['background', 'a', 'b'];
const patientOf = (id: string) => id.slice(0, 2);

it('has a row per class and their mean, with the spread over cases', () => {
  const results = resultsOf(cases, { classes, part: 'test', patientOf });
  expect(results.classes.map(({ name }) => name)).toEqual(['a', 'b', 'mean']);
  const [a, b, mean] = results.classes;
  expect(a?.metrics.dice.mean).toBeCloseTo(0.8);
  expect(a?.metrics.dice.sd).toBeCloseTo(0.2);
  expect([a?.metrics.dice.min, a?.metrics.dice.median, a?.metrics.dice.max]).toEqual([0.6, 0.8, 1]);
  expect(b?.metrics.hd95.mean).toBe(4.5);
  expect(mean?.metrics.dice.interval?.[0]).toBeLessThan(0.61);
  expect(results.unit).toBe('mm');
});

it('has the means of the JSON evaluation', () => {
  const overall = resultsOf(cases, { classes, part: 'test', patientOf }).classes.at(-1)?.metrics;
  const { mean } = summarise(cases, classes);
  for (const key of ['dice', 'jaccard', 'hd95', 'asd'] as const)
    expect(overall?.[key].mean).toBeCloseTo(mean[key] as number);
});

it('has one row for one class', () => {
  const results = resultsOf([scores('p1', [0.5], [1])], { classes: ['none', 'cell'], part: 'validation', patientOf });
  expect(results.classes).toHaveLength(1);
  expect(results.classes[0]?.metrics.dice).toMatchObject({ mean: 0.5, sd: null, interval: null });
});
