import { describe, expect, it } from 'vitest';
import { reorient } from '../imaging/orientation.ts';
import type { Geometry, LabelVolume, Volume } from '../imaging/volume.ts';
import type { Case } from './dataset.ts';
import { readCase } from './read-case.ts';

const geometry: Geometry = {
  spacing: [4, 2, 1],
  unit: 'mm',
  affine: [-1, 0, 0, 90, 0, -2, 0, 40, 0, 0, 4, -7, 0, 0, 0, 1],
};
const image: Volume = { data: new Float32Array(24), shape: [1, 2, 3, 4], geometry };
const mask: LabelVolume = { data: Uint8Array.from({ length: 24 }, (_, i) => i % 3), shape: [2, 3, 4], geometry };
const read = async (label: LabelVolume) => {
  const item: Case = { id: 'a', patient: 'a', image: async () => image, label: async () => label };
  return (await readCase(item, 3)).label;
};
const placed = (affine: readonly number[]): LabelVolume => ({ ...mask, geometry: { ...geometry, affine } });

describe('the mask of a case', () => {
  it.each(['RAS', 'SLP', 'ASR'])('is turned to the axes of its image when it is stored as %s', async (to) => {
    expect(await read(reorient(mask, to))).toEqual(mask);
  });

  it.each<[string, LabelVolume]>([
    ['has no affine', { ...mask, geometry: { spacing: [1, 1, 1], unit: 'px' } }],
    ['has an affine that says nothing', placed([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])],
    ['has one that is rounded', placed((geometry.affine as number[]).map((value) => value + 0.004))],
    ['would lie elsewhere when turned', placed([1, 0, 0, 5, 0, 2, 0, 5, 0, 0, 4, 5, 0, 0, 0, 1])],
  ])('is taken voxel by voxel when it %s', async (_, label) => expect(await read(label)).toEqual(mask));
});
