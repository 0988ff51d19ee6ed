import { describe, expect, it } from 'vitest';
import { toCanvas, toPlane, transformOf, WHOLE, zoomAt } from './transform.ts';

const plane = { height: 10, width: 40, spacing: [2, 1] as const };
const canvas = { width: 400, height: 300 };

describe('where a plane lies on a canvas', () => {
  it('is in the middle, with true proportions', () => {
    expect(transformOf(plane, canvas, WHOLE)).toEqual({ across: 10, down: 20, left: 0, top: 50 });
  });

  it('can be asked both ways', () => {
    const transform = transformOf(plane, canvas, { zoom: 3, x: 12, y: -7 });
    const [x, y] = toCanvas(transform, { row: 3.25, column: 17 });
    expect(toPlane(transform, x, y).row).toBeCloseTo(3.25);
    expect(toPlane(transform, x, y).column).toBeCloseTo(17);
  });

  it('keeps the place under the pointer when it is enlarged', () => {
    const look = zoomAt({ zoom: 2, x: 30, y: 5 }, 1.7, [90, 210], canvas);
    const before = toPlane(transformOf(plane, canvas, { zoom: 2, x: 30, y: 5 }), 90, 210);
    const after = toPlane(transformOf(plane, canvas, look), 90, 210);
    expect(after.row).toBeCloseTo(before.row);
    expect(after.column).toBeCloseTo(before.column);
  });

  it('is the whole plane again when it is made small', () => {
    expect(zoomAt({ zoom: 1.5, x: 30, y: 5 }, 0.5, [0, 0], canvas)).toEqual(WHOLE);
  });
});
