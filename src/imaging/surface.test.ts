import { describe, expect, it } from 'vitest';
import { borderVoxels } from './surface.ts';

const count = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0);

describe('borderVoxels', () => {
  it('leaves the inside of a block out', () => {
    const border = borderVoxels(new Uint8Array(27).fill(1), [3, 3, 3]);
    expect(count(border)).toBe(26);
    expect(border[13]).toBe(0);
  });

  it('takes a volume of depth 1 as 2D', () => {
    const border = borderVoxels(new Uint8Array(25).fill(1), [1, 5, 5]);
    expect(count(border)).toBe(16);
  });

  it('takes every voxel of a one-slice object in a 3D volume as border', () => {
    const mask = new Uint8Array(3 * 5 * 5);
    mask.fill(1, 25, 50);
    expect(count(borderVoxels(mask, [3, 5, 5]))).toBe(25);
    expect(count(borderVoxels(mask, [3, 5, 5], 2))).toBe(16);
  });

  it('ignores diagonal gaps', () => {
    const mask = new Uint8Array(25).fill(1);
    mask[0] = 0;
    const border = borderVoxels(mask, [1, 5, 5]);
    expect(border[6]).toBe(0);
    expect(border[0]).toBe(0);
  });
});
