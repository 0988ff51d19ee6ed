import { describe, expect, it } from 'vitest';
import { AXES, type Grid, planeLayout, type Voxel, voxelAt } from '../../imaging/planes.ts';
import type { SliceState } from '../../studio/api/index.ts';
import { strokeLine } from '../drawing/brush.ts';
import { floodFill } from '../drawing/fill.ts';
import { brushPixel } from './brush-pixel.ts';
import { type Stroke, strokeAcross, strokeOnSlice } from './stroke.ts';
import { leftText } from './tell.ts';

const [DEPTH, HEIGHT, WIDTH] = [9, 10, 11];
const grid: Grid = { shape: [DEPTH, HEIGHT, WIDTH], spacing: [4, 1, 1] };
const DRAWN: readonly SliceState[] = Array.from({ length: DEPTH }, () => 'drawn');
const rows = planeLayout('row', grid);
const options = { name: 'brush', at: 3, locked: new Set<number>() };

const blank = () => Array.from({ length: DEPTH }, () => new Uint8Array(HEIGHT * WIDTH));
const across = (slices: readonly (Uint8Array | undefined)[], states = DRAWN, layout = rows, more = {}) =>
  strokeAcross({ grid, states, labelsOf: (slice) => slices[slice] }, layout, { ...options, ...more });
/** A brush down the middle of the cut, through all slices. */
const drawDown = ({ plane }: Stroke, label = 1, diameter = 1) =>
  strokeLine(plane, { row: 0, column: 5 }, { row: plane.height - 1, column: 5 }, { label, diameter, over: 'all' });
const count = (slice: Uint8Array | undefined) => slice?.filter((value) => value > 0).length;

describe('a stroke on a cut through all slices', () => {
  it.each(['RAS', 'LPS', 'SRA', 'PIR', undefined])('of %s changes the voxels that it is seen on', (orientation) => {
    for (const axis of AXES.slice(1)) {
      const layout = planeLayout(axis, grid, orientation);
      const slices = blank();
      const stroke = across(slices, DRAWN, layout);
      const [row, column] = [2, 6];
      stroke.plane.data[row * layout.width + column] = 2;
      stroke.show();
      const through: [number, number, number] = [0, 0, 0];
      through[layout.across] = options.at;
      const [z, y, x]: Voxel = voxelAt(layout, row, column, through);
      expect(stroke.changed()).toEqual([z]);
      expect(slices.map((slice) => slice.indexOf(2))).toEqual(
        slices.map((_, slice) => (slice === z ? y * WIDTH + x : -1)),
      );
    }
  });

  it('leaves slices without a label as they are, and says how many it came to', () => {
    const states = DRAWN.map((state, z): SliceState => (z === 2 ? 'unlabelled' : z === 5 ? 'rejected' : state));
    const slices = blank();
    const stroke = across(slices, states);
    drawDown(stroke);
    stroke.show();
    expect(stroke.changed()).toEqual([0, 1, 3, 4, 6, 7, 8]);
    expect(stroke.left).toEqual({ unlabelled: [2, 5], loading: [] });
    expect([count(slices[2]), count(slices[5])]).toEqual([0, 0]);
    expect(leftText(stroke.left, 7)).toBe(
      '7 slices changed. 2 slices left as they are: no label yet. Label them one by one first, or interpolate between labelled ones.',
    );
  });

  it('leaves slices that are still loading, though they come while it is drawn', () => {
    const slices: (Uint8Array | undefined)[] = blank();
    slices[4] = undefined;
    const stroke = across(slices);
    slices[4] = new Uint8Array(HEIGHT * WIDTH);
    drawDown(stroke);
    stroke.show();
    expect(stroke.left).toEqual({ unlabelled: [], loading: [4] });
    expect([count(slices[4]), stroke.holds(4), stroke.holds(3)]).toEqual([0, false, true]);
  });

  it('counts no slice that it would not have changed', () => {
    const states = DRAWN.map((): SliceState => 'unlabelled');
    const stroke = across(blank(), states);
    drawDown(stroke, 0);
    expect([stroke.changed(), stroke.left.unlabelled]).toEqual([[], []]);
    expect(leftText(stroke.left, 0)).toBeUndefined();
    drawDown(stroke);
    expect(leftText(stroke.left, 0)).toMatch(/^Nothing was drawn\. 9 slices left as they are: no label yet\./);
  });

  it('fills up to slices without a label, and not through them', () => {
    const states = DRAWN.map((state, z): SliceState => (z === 4 ? 'unlabelled' : state));
    const stroke = across(blank(), states);
    floodFill(stroke.plane, { row: 1, column: 1 }, 2);
    expect([stroke.changed(), stroke.left.unlabelled]).toEqual([[0, 1, 2, 3], [4]]);
  });

  it('keeps what others do to its slices while it is drawn, and what is locked', () => {
    const slices = blank();
    (slices[1] as Uint8Array)[3 * WIDTH + 5] = 2;
    const stroke = across(slices, DRAWN, rows, { locked: new Set([2]) });
    (slices[6] as Uint8Array)[3 * WIDTH + 9] = 3;
    drawDown(stroke);
    stroke.show();
    expect([slices[6]?.[3 * WIDTH + 9], slices[6]?.[3 * WIDTH + 5]]).toEqual([3, 1]);
    expect([slices[1]?.[3 * WIDTH + 5], stroke.changed().includes(1)]).toEqual([2, false]);
  });

  it('is round in space: a brush of nine pixels reaches two slices that are four pixels apart', () => {
    const pixel = brushPixel(rows);
    expect(pixel).toEqual([4, 1]);
    const stroke = across(blank());
    const middle = { row: 4, column: 5 };
    strokeLine(stroke.plane, middle, middle, { label: 1, diameter: 9, over: 'all', pixel });
    const widths = Array.from({ length: DEPTH }, (_, row) =>
      count(stroke.plane.data.subarray(row * WIDTH, (row + 1) * WIDTH)),
    );
    expect(widths).toEqual([0, 0, 0, 5, 9, 5, 0, 0, 0]);
    expect(brushPixel(planeLayout('slice', grid))).toEqual([1, 1]);
  });
});

describe('a stroke on one slice', () => {
  it('changes it and no other, and knows when it has changed nothing', () => {
    const data = new Uint8Array(HEIGHT * WIDTH);
    const stroke = strokeOnSlice(data, grid, options);
    expect([stroke.changed(), stroke.holds(3), stroke.holds(4)]).toEqual([[], true, false]);
    stroke.plane.data[7] = 1;
    expect([stroke.changed(), data[7]]).toEqual([[3], 1]);
  });
});
