import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { IGNORED, type LabelVolume, PIXEL_GEOMETRY } from '../imaging/volume.ts';
import { type AnyMetric, evaluateCase } from './case-metrics.ts';
import { absentClasses, type CaseScores, classStatistics, summarise, withoutAbsent } from './summary.ts';
import { maskPair } from './testing/random-masks.ts';

/** Names of metrics, then their values for each mask of `maskPair`: MedPy's and SciPy's. */
const [names, ...golden] = JSON.parse(readFileSync(new URL('golden/scores.json', import.meta.url), 'utf8')) as [
  AnyMetric[],
  ...(number | null)[][],
];

function image(...rows: string[]): LabelVolume {
  const data = Uint8Array.from([...rows.join('')].map((digit) => (digit === '?' ? IGNORED : Number(digit))));
  return { data, shape: [1, rows.length, rows[0]?.length ?? 0], geometry: PIXEL_GEOMETRY };
}

describe('every metric', () => {
  it('equals MedPy and SciPy on 200 random masks with thick slices', () => {
    expect(golden).toHaveLength(200);
    for (const [index, expected] of golden.entries()) {
      const { prediction, reference } = maskPair(index);
      const found = evaluateCase(prediction, reference, 2, { tolerance: 2, lesionOverlap: 0 });
      for (const [i, name] of names.entries()) {
        const [value, wanted] = [found[name]?.[0], expected[i]];
        if (typeof wanted !== 'number') expect(value, `${name} of case ${index}`).toBeNull();
        else expect(Math.abs((value as number) - wanted), `${name} of case ${index}`).toBeLessThan(1e-6);
      }
    }
  });

  it('is defined where it can be', () => {
    const metrics = (prediction: string, reference: string) =>
      evaluateCase(image(prediction), image(reference), 2, { tolerance: 1, lesionOverlap: 0 });
    const agreeing = { sensitivity: [1], precision: [1], volumeDifference: [0], surfaceDice: [1], lesionF1: [1] };
    expect(metrics('00', '00')).toMatchObject(agreeing);
    const missed = { sensitivity: [0], precision: [null], volumeDifference: [-1], surfaceDice: [0], lesionF1: [0] };
    expect(metrics('00', '01')).toMatchObject(missed);
    const invented = { sensitivity: [null], precision: [0], volumeDifference: [null], lesionSensitivity: [null] };
    expect(metrics('01', '00')).toMatchObject(invented);
  });

  it('counts lesions that are covered enough', () => {
    const [prediction, reference] = [image('1000110', '0000000', '0100000'), image('1110100', '0000000', '0000001')];
    const count = (lesionOverlap: number) => evaluateCase(prediction, reference, 2, { lesionOverlap }).lesions?.[0];
    expect(count(0)).toEqual({ reference: 3, found: 2, predicted: 3, real: 2 });
    expect(count(0.5)).toEqual({ reference: 3, found: 1, predicted: 3, real: 2 });
    expect(count(1)).toEqual({ reference: 3, found: 1, predicted: 3, real: 1 });
  });
});

describe('voxels that nobody has annotated', () => {
  const metrics = { tolerance: 0.5, lesionOverlap: 0 };

  it('take no part, whatever the prediction says of them', () => {
    const reference = image('0011??', '0011??', '0000??');
    const plain = evaluateCase(image('0111', '0011', '0000'), image('0011', '0011', '0000'), 2, metrics);
    for (const unknown of ['00', '11', '01']) {
      const prediction = image(`0111${unknown}`, `0011${unknown}`, `0000${unknown}`);
      expect(evaluateCase(prediction, reference, 2, metrics)).toEqual(plain);
    }
  });
});

describe('classes that no mask has', () => {
  const evaluated = (id: string, prediction: string, reference: string): CaseScores => {
    return { id, ...evaluateCase(image(prediction), image(reference), 5) };
  };
  // Class 1 is in both, class 2 in the second alone, class 3 in none, class 4 is predicted only.
  const cases = [evaluated('a', '0110', '0111'), evaluated('b', '0244', '0221')];

  it('are in no mean; one that is absent in one case keeps the rule for empty masks', () => {
    expect(absentClasses(cases)).toEqual([3, 4]);
    const measured = withoutAbsent(cases);
    expect(measured.map(({ dice }) => dice)).toEqual([
      [0.8, 1, null, null],
      [0, 2 / 3, null, null],
    ]);
    const { mean } = summarise(measured, ['background', 'a', 'b', 'c', 'd']);
    expect(mean.dice).toBeCloseTo((0.8 + 1 + 0 + 2 / 3) / 4, 12);
    expect(classStatistics(measured, 3).hd95).toEqual({ mean: null, sd: null, count: 0, undefinedCount: 0 });
  });

  it('leave scores of early versions as they are', () => {
    const old = cases.map(({ id, unit, dice, jaccard, hd95, asd }) => ({ id, unit, dice, jaccard, hd95, asd }));
    expect(withoutAbsent(old)).toEqual(old);
  });
});
