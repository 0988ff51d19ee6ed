import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceTransform, type Extent } from './distance.ts';

function bruteForce(mask: Uint8Array, [depth, height, width]: Extent, spacing: Extent): number[] {
  const points: Extent[] = [];
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) points.push([z, y, x]);
  const set = points.filter((_, i) => mask[i] !== 0);
  return points.map((p) =>
    Math.min(
      ...set.map((q) => Math.hypot(...spacing.map((s, axis) => s * ((p[axis] as number) - (q[axis] as number))))),
    ),
  );
}

describe('distanceTransform', () => {
  it('equals the brute-force minimum on random anisotropic volumes', () => {
    const extent = fc.tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 7 }),
    );
    const step = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(
        extent,
        fc.tuple(step, step, step),
        fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
        (shape, spacing, values) => {
          const mask = Uint8Array.from({ length: shape[0] * shape[1] * shape[2] }, () =>
            Number(values.next().value > 7),
          );
          const distances = distanceTransform(mask, shape, spacing);
          const expected = bruteForce(mask, shape, spacing);
          expected.forEach((value, i) => {
            if (value === Infinity) expect(distances[i]).toBe(Infinity);
            else expect(distances[i]).toBeCloseTo(value, 10);
          });
        },
      ),
    );
  });

  it('measures along each axis with its own spacing', () => {
    const mask = new Uint8Array(3 * 3 * 3);
    mask[0] = 1;
    const distances = distanceTransform(mask, [3, 3, 3], [5, 2, 0.5]);
    expect([distances[1], distances[3], distances[9]]).toEqual([0.5, 2, 5]);
    expect(distances[26]).toBeCloseTo(Math.hypot(10, 4, 1), 12);
  });

  it('is infinite for an empty mask', () => {
    expect([...distanceTransform(new Uint8Array(2), [1, 1, 2], [1, 1, 1])]).toEqual([Infinity, Infinity]);
  });

  it('refuses a mask that does not fill its shape', () => {
    expect(() => distanceTransform(new Uint8Array(3), [1, 2, 2], [1, 1, 1])).toThrow(
      '1 x 2 x 2 voxels does not have 3 values',
    );
  });
});
