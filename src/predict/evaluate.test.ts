import { describe, expect, it } from 'vitest';
import type { Case } from '../data/dataset.ts';
import type { LabelVolume, Volume } from '../imaging/volume.ts';
import { classStatistics } from '../metrics/summary.ts';
import { resultsNotes, resultsOf } from '../report/results.ts';
import { evaluateOne } from './evaluate.ts';
import type { Segmenter } from './segmenter.ts';

const shape = [4, 1, 6] as const;
const geometry = { spacing: [5, 1, 1], unit: 'mm' } as const;
const image: Volume = { data: new Float32Array(24), shape: [1, ...shape], geometry };
const mask = (...slices: string[]): LabelVolume => ({ data: Uint8Array.from(slices.join('')), shape, geometry });

/** A network that has found an object one voxel further on than it is. */
const segmenter = {
  info: { classes: ['background', 'object'] },
  segment: async () => mask('001100', '001100', '001100', '001100'),
} as unknown as Segmenter;
const truth = mask('011000', '011000', '011000', '011000');
const scan = (labelledSlices?: number[]): Case => ({
  ...{ id: 'scan', patient: 'p', image: async () => image, label: async () => truth },
  ...(labelledSlices && { labelledSlices }),
});
const scores = async (labelledSlices?: number[]) =>
  (await evaluateOne(segmenter, scan(labelledSlices), { metrics: { tolerance: 1, lesionOverlap: 0.5 } })).scores;

describe('a scan with labels on some slices only', () => {
  it('has overlap on those, and no distances across what is left out', async () => {
    expect(await scores([0, 3])).toMatchObject({
      ...{ dice: [0.5], hd95: [null], asd: [null], surfaceDice: [null], isPartial: true },
      ...{ lesionSensitivity: [null], lesionPrecision: [null], lesionF1: [null] },
      voxels: { reference: [4], prediction: [4] },
    });
  });

  it('has distances when all of its slices are labelled', async () => {
    const whole = await scores();
    expect(whole).toMatchObject({ dice: [0.5], hd95: [1], asd: [0.5], surfaceDice: [1] });
    expect(await scores([0, 1, 2, 3])).toEqual(whole);
    expect(whole).not.toHaveProperty('isPartial');
  });

  it('is told of, and does not count as a scan on which a class was missed', async () => {
    const cases = [await scores(), { ...(await scores([0, 3])), id: 'part' }];
    expect(classStatistics(cases, 1).hd95).toMatchObject({ mean: 1, count: 1, undefinedCount: 0 });
    const results = resultsOf(cases, { classes: ['background', 'object'], part: 'test', patientOf: (id) => id });
    expect(resultsNotes(results)).toEqual([
      '1 of 2 cases have labels on some slices only: overlap is counted on those, distances are measured where a scan is whole',
    ]);
  });
});
