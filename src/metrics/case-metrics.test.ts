import { readFileSync } from 'node:fs';
import { unzlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { type LabelVolume, PIXEL_GEOMETRY } from '../imaging/volume.ts';
import { evaluateCase, METRICS, type Metric } from './case-metrics.ts';
import { maskPair } from './testing/random-masks.ts';

type Triple = readonly [number, number, number];
type GoldenCase = Record<Metric, (number | null)[]> & {
  readonly shape: Triple;
  readonly spacing: Triple;
  readonly prediction: string;
  readonly reference: string;
};

const golden = JSON.parse(
  readFileSync(new URL('golden/surface-metrics.json', import.meta.url), 'utf8'),
) as readonly GoldenCase[];

/** Voxels of prediction and reference, HD95, ASD. */
const thick = JSON.parse(readFileSync(new URL('golden/anisotropic.json', import.meta.url), 'utf8')) as readonly [
  number,
  number,
  number | null,
  number | null,
][];

function decode(encoded: string, { shape, spacing }: GoldenCase): LabelVolume {
  return { data: unzlibSync(Buffer.from(encoded, 'base64')), shape, geometry: { spacing, unit: 'mm' } };
}

function image(...rows: string[]): LabelVolume {
  return {
    data: Uint8Array.from([...rows.join('')].map(Number)),
    shape: [1, rows.length, rows[0]?.length ?? 0],
    geometry: PIXEL_GEOMETRY,
  };
}

describe('evaluateCase', () => {
  it.each(METRICS)('%s equals SciPy on random anisotropic masks', (metric) => {
    for (const expected of golden) {
      const scores = evaluateCase(decode(expected.prediction, expected), decode(expected.reference, expected), 3);
      const values = expected[metric].map((value) => (value === null ? null : expect.closeTo(value, 6)));
      expect(scores[metric]).toEqual(values);
    }
  });

  it('HD95 and ASD equal SciPy in millimetres, on scans with thick slices', () => {
    expect(thick).toHaveLength(200);
    let spread = 0;
    for (const [index, [predicted, referred, hd95, asd]] of thick.entries()) {
      const { prediction, reference } = maskPair(index);
      const voxels = [prediction, reference].map(({ data }) => data.reduce((sum, value) => sum + value, 0));
      expect(voxels, `masks of case ${index}`).toEqual([predicted, referred]);
      const scores = evaluateCase(prediction, reference, 2);
      for (const [found, expected] of [
        [scores.hd95[0], hd95],
        [scores.asd[0], asd],
      ] as const) {
        if (expected === null) expect(found).toBeNull();
        else expect(Math.abs((found as number) - expected)).toBeLessThan(1e-6);
      }
      spread = Math.max(spread, hd95 ?? 0);
    }
    expect(spread).toBeGreaterThan(10);
  });

  it('measures distances in the unit of the reference', () => {
    const scores = evaluateCase(image('1000', '0000'), image('0001', '0000'), 2);
    expect(scores).toMatchObject({ dice: [0], jaccard: [0], hd95: [3], asd: [3], unit: 'px' });
  });

  // Directed averages 0 and (0 + 1 + 2) / 3; over all four distances together it would be 0.75.
  it('averages the two directions with equal weight', () => {
    expect(evaluateCase(image('100'), image('111'), 2).asd).toEqual([0.5]);
  });

  it('takes a class that neither has as found', () => {
    expect(evaluateCase(image('00'), image('00'), 2)).toMatchObject({ dice: [1], jaccard: [1], hd95: [0], asd: [0] });
  });

  it.each([
    ['missed', image('00'), image('01')],
    ['invented', image('01'), image('00')],
  ])('has no distance for a class that was %s', (_, prediction, reference) => {
    const scores = evaluateCase(prediction, reference, 2);
    expect(scores).toMatchObject({ dice: [0], jaccard: [0], hd95: [null], asd: [null] });
  });

  it('refuses segmentations of different scans', () => {
    expect(() => evaluateCase(image('00'), image('0', '0'), 2)).toThrow(
      'the prediction has 1 x 1 x 2 voxels (depth x height x width) but the reference has 1 x 2 x 1.',
    );
  });

  it('refuses labels that are no class', () => {
    expect(() => evaluateCase(image('02'), image('00'), 2)).toThrow('the prediction has label 2, expected 0 to 1.');
    expect(() => evaluateCase(image('00'), image('03'), 2)).toThrow('the reference has label 3, expected 0 to 1.');
  });
});
