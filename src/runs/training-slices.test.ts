import { describe, expect, it } from 'vitest';
import type { Case } from '../data/dataset.ts';
import { makePreparation } from '../data/preparation.ts';
import type { Geometry } from '../imaging/volume.ts';
import { trainingSlices } from './training-slices.ts';

const SIDE = 8;
const preparation = makePreparation('folders', { size: SIDE });

/** A scan of three slices, annotated unless told otherwise. */
function scan(id: string, options: Pick<Case, 'labelledSlices'> & { readonly annotated?: boolean } = {}): Case {
  const { annotated = true, ...rest } = options;
  const voxels = 3 * SIDE * SIDE;
  const geometry: Geometry = { spacing: [1, 1, 1], unit: 'mm' };
  return {
    id,
    patient: id,
    image: async () => ({
      data: Float32Array.from({ length: voxels }, (_, i) => i),
      shape: [1, 3, SIDE, SIDE],
      geometry,
    }),
    ...(annotated && {
      label: async () => ({ data: new Uint8Array(voxels).fill(1), shape: [3, SIDE, SIDE], geometry }),
    }),
    ...rest,
  };
}

const ids = (slices: readonly { readonly id: string }[]) => slices.map(({ id }) => id);

describe('the slices that train', () => {
  const split = {
    labelled: [scan('whole'), scan('part', { labelledSlices: [1] })],
    unlabelled: [scan('none', { annotated: false })],
  };

  it('without labels are those of unlabelled cases, and what nobody has annotated of the others', async () => {
    const slices = await trainingSlices(split, preparation, { classes: 2 });
    expect(ids(slices.labelled)).toEqual(['whole#0', 'whole#1', 'whole#2', 'part#1']);
    expect(ids(slices.unlabelled)).toEqual(['part#0', 'part#2', 'none#0', 'none#1', 'none#2']);
  });

  it('of a method that uses labels alone are annotated', async () => {
    const slices = await trainingSlices(split, preparation, { classes: 2, unlabelled: false });
    expect(ids(slices.labelled)).toHaveLength(4);
    expect(slices.unlabelled).toEqual([]);
  });

  it('of some cases are whole, and divided in the same way', async () => {
    const slices = await trainingSlices(split, preparation, { classes: 2, cases: 1 });
    expect(ids(slices.labelled)).toEqual(['whole#0', 'whole#1', 'whole#2']);
    expect(ids(slices.unlabelled)).toEqual(['none#0', 'none#1', 'none#2']);
  });
});
