import { expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import { PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { moments } from '../normalise.ts';
import { percentiles } from '../percentiles.ts';
import { measureChannels } from './measure.ts';

const measured = (data: Float32Array) =>
  measureChannels({ data, shape: [1, 1, 1, data.length], geometry: PIXEL_GEOMETRY })[0];

it.each([
  ['grey values', 255],
  ['Hounsfield units', 4000],
  ['values too far apart to be counted', 1e6],
  ['one value', 1],
] as const)('whole numbers are measured as any others: %s', (_, range) => {
  const rng = new Rng('measure');
  for (const length of [1, 2, 199, 1000]) {
    const values = Float32Array.from({ length }, () => rng.int(range) - 1000);
    const [low, median, high] = percentiles([values], [0.5, 50, 99.5]);
    const { mean, sd } = moments([values]);
    const expected = {
      min: Math.min(...values),
      max: Math.max(...values),
      low,
      median,
      high,
      notFinite: 0,
      whole: true,
    };
    expect(measured(values)).toEqual({ ...expected, mean: expect.closeTo(mean, 6), sd: expect.closeTo(sd, 6) });
  }
});

it('fractions, what is not finite and nothing at all', () => {
  expect(measured(Float32Array.of(0.5, 1, Number.NaN, 3))).toMatchObject({
    min: 0.5,
    max: 3,
    whole: false,
    notFinite: 1,
  });
  expect(measured(Float32Array.of(2, Number.POSITIVE_INFINITY))).toMatchObject({
    min: 2,
    max: 2,
    whole: true,
    notFinite: 1,
  });
  expect(measured(new Float32Array())).toMatchObject({ mean: Number.NaN, low: Number.NaN, whole: true });
});
