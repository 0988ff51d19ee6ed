import { describe, expect, it } from 'vitest';
import { readLabels, writeNifti } from '../../formats/index.ts';
import type { Geometry } from '../../imaging/volume.ts';
import { maskVolume } from './mask-volume.ts';

const affine = [0, -2, 0, 5, 3, 0, 0, 6, 0, 0, 4, 7, 0, 0, 0, 1];
const geometry: Geometry = { spacing: [4, 2, 3], unit: 'mm', affine };

describe('the mask of a preview', () => {
  it('lies on the preview, and has the classes of the voxels it shows', async () => {
    // A preview of every second row and third column of 2 x 5 x 7 voxels.
    const preview = writeNifti({ data: new Uint8Array(2 * 3 * 3), shape: [2, 3, 3], geometry }, { gzip: false });
    const slices = [0, 1].map((z) => Uint8Array.from({ length: 35 }, (_, i) => 100 * z + i));
    const mask = maskVolume(preview, (z) => slices[z], [2, 5, 7]);
    const read = await readLabels(mask, 'mask.nii');
    expect(read.geometry.affine).toEqual(affine);
    const expected = [0, 1].flatMap((z) => [0, 2, 4].flatMap((y) => [0, 3, 6].map((x) => 100 * z + 7 * y + x)));
    expect([...read.data]).toEqual(expected);
  });

  it('has no class where slices are not loaded', async () => {
    const preview = writeNifti({ data: new Uint8Array(4), shape: [1, 2, 2], geometry }, { gzip: false });
    expect(
      (
        await readLabels(
          maskVolume(preview, () => undefined, [1, 2, 2]),
          'mask.nii',
        )
      ).data.every((v) => v === 0),
    ).toBe(true);
  });
});
