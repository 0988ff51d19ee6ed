import { describe, expect, it } from 'vitest';
import { reorient } from '../imaging/orientation.ts';
import { PIXEL_GEOMETRY, type Volume } from '../imaging/volume.ts';
import type { Case } from './dataset.ts';
import { slicingOfCases, slicingOrientation } from './slicing.ts';

/** A scan with the given steps along x, y and z, stored as RAS unless turned. */
function scan([x, y, z]: readonly [number, number, number], stored = 'RAS', depth = 2): Volume {
  const affine = [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1];
  const data = new Float32Array(depth * 12);
  return reorient({ data, shape: [1, depth, 3, 4], geometry: { spacing: [z, y, x], unit: 'mm', affine } }, stored);
}

describe('slicingOrientation', () => {
  it.each<[string, Volume[], string | undefined]>([
    ['slices across the coarsest spacing', [scan([1, 8, 1])], 'RSA'],
    ['keeps the stored axes when depth is the coarsest', [scan([1, 1, 8], 'LPS')], 'LPS'],
    ['keeps the stored axes when the voxels are cubes', [scan([1, 1, 1], 'PSR')], 'PSR'],
    ['takes rounding for no difference', [scan([1.2, 1, 1], 'LPS')], 'LPS'],
    ['finds the coarsest axis wherever a scan stores it', [scan([1, 1, 8], 'SLP'), scan([1, 1, 8], 'ASR')], 'LPS'],
    ['goes with most of the scans', [scan([1, 1, 1]), scan([1, 1, 1], 'LPS'), scan([1, 1, 1], 'LPS')], 'LPS'],
    ['keeps single slices whole, whatever their thickness', [scan([1, 8, 1], 'RAS', 1)], 'RAS'],
    ['has no opinion without an affine', [{ ...scan([1, 1, 1]), geometry: PIXEL_GEOMETRY }], undefined],
    ['has no opinion on nothing', [], undefined],
  ])('%s', (_, scans, expected) => expect(slicingOrientation(scans)).toBe(expected));
});

it('looks at a dozen cases at most, and at one picture', async () => {
  let opened = 0;
  const cases = (image: Volume) =>
    Array.from({ length: 100 }, (_, n): Case => {
      const read = async () => {
        opened++;
        return image;
      };
      return { id: String(n), patient: String(n), image: read };
    });
  expect(await slicingOfCases(cases(scan([1, 8, 1])))).toBe('RSA');
  expect(opened).toBe(12);
  expect(await slicingOfCases(cases({ ...scan([1, 1, 1]), geometry: PIXEL_GEOMETRY }))).toBeUndefined();
  expect(opened).toBe(13);
});
