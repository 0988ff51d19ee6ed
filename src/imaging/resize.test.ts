import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import {
  resizeAntialiased,
  resizeBilinear,
  resizeBilinearPlanes,
  resizeMostProbable,
  resizeNearest,
  type Size,
} from './resize.ts';

describe('resizeBilinear', () => {
  // Expected numbers follow by hand from the half-pixel convention.
  const table: readonly [number[], Size, Size, number[]][] = [
    [
      [0, 1],
      [1, 2],
      [1, 4],
      [0, 0.25, 0.75, 1],
    ],
    [
      [0, 1, 2, 3],
      [1, 4],
      [1, 2],
      [0.5, 2.5],
    ],
    [[0, 1, 2, 3], [2, 2], [1, 1], [1.5]],
    [[7], [1, 1], [2, 3], [7, 7, 7, 7, 7, 7]],
    [
      [0, 3, 6],
      [3, 1],
      [2, 1],
      [0.75, 5.25],
    ],
  ];
  it.each(table)('%j of %j to %j', (plane, from, to, expected) => {
    const resized = resizeBilinear(Float32Array.from(plane), from, to);
    expect([...resized]).toEqual(expected.map((value) => expect.closeTo(value, 6)));
  });

  it('keeps a linear ramp linear away from the border', () => {
    const ramp = Float32Array.from({ length: 10 }, (_, x) => x);
    const resized = resizeBilinear(ramp, [1, 10], [1, 30]);
    for (let x = 1; x < 29; x++) expect(resized[x]).toBeCloseTo((x + 0.5) / 3 - 0.5, 5);
  });

  it('resizes every plane by itself', () => {
    const planes = Float32Array.from({ length: 2 * 5 * 7 }, (_, i) => Math.sin(i));
    const together = resizeBilinearPlanes(planes, 2, [5, 7], [8, 4]);
    const apart = [0, 1].flatMap((k) => [...resizeBilinear(planes.slice(k * 35, (k + 1) * 35), [5, 7], [8, 4])]);
    expect([...together]).toEqual(apart);
  });

  it('stays within the range of its input', () => {
    const size = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(size, size, fc.infiniteStream(fc.float({ min: -1, max: 1, noNaN: true })), (from, to, values) => {
        const plane = Float32Array.from({ length: from[0] * from[1] }, () => values.next().value);
        const resized = resizeBilinear(plane, from, to);
        expect(Math.min(...resized)).toBeGreaterThanOrEqual(Math.min(...plane) - 1e-6);
        expect(Math.max(...resized)).toBeLessThanOrEqual(Math.max(...plane) + 1e-6);
      }),
    );
  });

  it('says which sizes do not fit', () => {
    expect(() => resizeBilinear(new Float32Array(5), [2, 3], [4, 4])).toThrow(
      '1 plane(s) of 2 x 3 pixels do not have 5 values.',
    );
    expect(() => resizeBilinear(new Float32Array(6), [2, 3], [0, 4])).toThrow('sizes are positive integers');
  });
});

describe('resizeNearest', () => {
  const table: readonly [number[], Size, Size, number[]][] = [
    [
      [1, 2],
      [1, 2],
      [1, 4],
      [1, 1, 2, 2],
    ],
    [
      [1, 2, 3, 4],
      [1, 4],
      [1, 2],
      [2, 4],
    ],
    [
      [1, 2, 3],
      [3, 1],
      [2, 1],
      [1, 3],
    ],
    [
      [1, 2, 3, 4],
      [2, 2],
      [2, 2],
      [1, 2, 3, 4],
    ],
  ];
  it.each(table)('%j of %j to %j', (plane, from, to, expected) => {
    expect([...resizeNearest(Uint8Array.from(plane), from, to)]).toEqual(expected);
  });
});

describe('resizeAntialiased', () => {
  it('is the mean of what a pixel covers, parts by their share', () => {
    expect([...resizeAntialiased(Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8), 1, [1, 9], [1, 3])]).toEqual([1, 4, 7]);
    // 7 to 2: each pixel covers three and a half.
    const shared = [...resizeAntialiased(Float32Array.of(0, 1, 2, 3, 4, 5, 6), 1, [7, 1], [2, 1])];
    expect(shared[0]).toBeCloseTo((0 + 1 + 2 + 1.5) / 3.5, 6);
    expect(shared[1]).toBeCloseTo((1.5 + 4 + 5 + 6) / 3.5, 6);
  });

  it('keeps the mean, where picking pixels does not', () => {
    const rng = new Rng(5);
    const noise = Float32Array.from({ length: 2 * 90 * 100 }, () => rng.float());
    const mean = (values: Float32Array) => values.reduce((a, b) => a + b) / values.length;
    const small = resizeAntialiased(noise, 2, [90, 100], [10, 20]);
    expect(small.length).toBe(400);
    expect(mean(small)).toBeCloseTo(mean(noise), 5);
    const stripes = Float32Array.from({ length: 64 }, (_, i) => (i % 4 < 2 ? 1 : 0));
    expect([...resizeAntialiased(stripes, 1, [1, 64], [1, 16])]).toEqual(Array(16).fill(0.5));
  });

  it('is bilinear where an axis shrinks by 2 or less, or grows', () => {
    const values = Float32Array.from({ length: 60 }, (_, i) => (i * 7) % 11);
    for (const to of [[3, 5] as const, [12, 30] as const, [6, 10] as const]) {
      expect(resizeAntialiased(values, 1, [6, 10], to)).toEqual(resizeBilinear(values, [6, 10], to));
    }
  });
});

describe('resizeMostProbable', () => {
  const extent = fc.integer({ min: 1, max: 12 });
  const size = fc.tuple(extent, extent);

  it('is the largest of the resized planes, whether source pixels agree or not', () => {
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 4 }), fc.nat(), fc.boolean(), (from, to, count, seed, sure) => {
        const rng = new Rng(seed);
        const pixels = from[0] * from[1];
        // Blobs of one class, as segmentations have, or noise.
        const planes = Float32Array.from({ length: count * pixels }, (_, i) =>
          sure && Math.floor((i % pixels) / 7) % count === Math.floor(i / pixels) ? 2 + rng.float() : rng.float(),
        );
        const found = resizeMostProbable(planes, count, from, to);
        const resized = resizeBilinearPlanes(planes, count, from, to);
        const area = to[0] * to[1];
        for (let i = 0; i < area; i++) {
          const values = Array.from({ length: count }, (_, k) => resized[k * area + i] as number);
          // Values that rounding alone tells apart may fall either way.
          expect(Math.max(...values) - (values[found[i] as number] as number)).toBeLessThan(1e-6);
        }
      }),
    );
  });

  it('takes the first of equal classes', () => {
    expect([...resizeMostProbable(new Float32Array(8).fill(0.5), 2, [2, 2], [4, 4])]).toEqual(new Array(16).fill(0));
  });
});
