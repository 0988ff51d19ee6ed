import { describe, expect, it } from 'vitest';
import { AXES, cutPlane, edgeLetters, type Grid, placeOf, planeLayout, type Voxel, voxelAt } from './planes.ts';

const grid: Grid = { shape: [3, 4, 5], spacing: [3, 2, 1] };
/** Every voxel's value is its place: 100 slice + 10 row + column. */
const slices = [0, 1, 2].map((z) =>
  Float32Array.from({ length: 20 }, (_, i) => 100 * z + 10 * Math.floor(i / 5) + (i % 5)),
);

describe.each(['LPS', 'RAI', 'LAS', 'ASR', 'SRA', 'IPL', 'PRI', undefined])(
  'planes of a scan whose axes are %s',
  (orientation) => {
    it.each(AXES)('across each %s show every voxel where its place says', (axis) => {
      const layout = planeLayout(axis, grid, orientation);
      for (let at = 0; at < grid.shape[layout.across]; at++) {
        const plane = new Float32Array(layout.height * layout.width);
        cutPlane((z) => slices[z], layout, grid, at, plane, -1);
        const through: [number, number, number] = [0, 0, 0];
        through[layout.across] = at;
        for (let i = 0; i < plane.length; i++) {
          const [row, column] = [Math.floor(i / layout.width), i % layout.width];
          const [z, y, x] = voxelAt(layout, row, column, through);
          expect(plane[i]).toBe(100 * z + 10 * y + x);
          expect(placeOf(layout, [z, y, x])).toEqual([row, column]);
        }
      }
    });
  },
);

describe('planes', () => {
  it('have the spacing of their axes', () => {
    expect(AXES.map((axis) => planeLayout(axis, grid).spacing)).toEqual([
      [2, 1],
      [3, 1],
      [3, 2],
    ]);
  });

  it('leave out slices that are not there', () => {
    const layout = planeLayout('row', grid);
    const plane = new Float32Array(15);
    cutPlane((z) => (z === 1 ? undefined : slices[z]), layout, grid, 0, plane, -1);
    expect([...plane.subarray(5, 10)]).toEqual([-1, -1, -1, -1, -1]);
  });

  it('name their edges so that the head or the front is up, and the left at the right', () => {
    const letters = (axis: (typeof AXES)[number], orientation?: string) =>
      edgeLetters(planeLayout(axis, grid, orientation), orientation).join('');
    // Top, right, bottom, left.
    expect(letters('slice', 'LPS')).toBe('ALPR');
    expect(letters('row', 'LPS')).toBe('SLIR');
    expect(letters('column', 'LPS')).toBe('SPIA');
    expect(letters('row', 'LPI')).toBe('SLIR');
    expect(letters('slice', 'RAS')).toBe('ALPR');
    expect(letters('column', 'LAS')).toBe('SPIA');
    expect(letters('slice')).toBe('');
  });

  it('keep the voxel they go through', () => {
    const through: Voxel = [2, 1, 3];
    expect(voxelAt(planeLayout('column', grid), 0, 2, through)).toEqual([0, 2, 3]);
  });
});
