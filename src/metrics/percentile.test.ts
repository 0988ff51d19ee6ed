import { expect, it } from 'vitest';
import { percentile } from './percentile.ts';

// Expected numbers: numpy.percentile.
it.each([
  [[3, 1, 2], 50, 2],
  [[1, 2, 3, 4], 95, 3.85],
  [[4], 95, 4],
  [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 25, 3.25],
  [[1, 2], 0, 1],
  [[1, 2], 100, 2],
])('percentile of %j at %d is %d', (values, percent, expected) => {
  expect(percentile(values, percent)).toBeCloseTo(expected, 12);
});

it('has no percentile of nothing', () => {
  expect(percentile([], 50)).toBeNaN();
});
