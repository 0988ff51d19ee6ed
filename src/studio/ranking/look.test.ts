import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import { PIXEL_GEOMETRY, type Volume } from '../../imaging/volume.ts';
import { lookOf, unlikeness } from './look.ts';

function scan(shape: readonly [number, number, number], value: (z: number, y: number, x: number) => number): Volume {
  const [depth, height, width] = shape;
  const data = new Float32Array(depth * height * width);
  for (let i = 0; i < data.length; i++) {
    data[i] = value(Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width);
  }
  return { data, shape: [1, ...shape], geometry: PIXEL_GEOMETRY };
}
const left = scan([8, 16, 16], (_, __, x) => (x < 8 ? 100 : 20));

describe('the look of a scan', () => {
  it('does not depend on brightness, contrast, size or a little noise', () => {
    const rng = new Rng('look');
    const other = scan([5, 30, 22], (_, __, x) => 7 * (x < 11 ? 100 : 20) + 300 + 20 * rng.normal());
    expect(unlikeness(lookOf(left), lookOf(other))).toBeLessThan(0.05);
  });

  it('tells scans apart whose bright parts lie elsewhere', () => {
    const right = scan([8, 16, 16], (_, __, x) => (x < 8 ? 20 : 100));
    const top = scan([8, 16, 16], (_, y) => (y < 8 ? 100 : 20));
    expect(unlikeness(lookOf(left), lookOf(right))).toBeCloseTo(2, 2);
    expect(unlikeness(lookOf(left), lookOf(top))).toBeCloseTo(Math.SQRT2, 2);
  });

  it('is there for a picture, a scan of one shade and one with values that are no numbers', () => {
    expect(lookOf(scan([1, 2, 2], (_, __, x) => x)).every(Number.isFinite)).toBe(true);
    expect(lookOf(scan([2, 8, 8], () => 5)).every((value) => value === 0)).toBe(true);
    const odd = scan([8, 16, 16], (z, y, x) => (y === 3 && z === 2 ? Number.NaN : x < 8 ? 100 : 20));
    expect(unlikeness(lookOf(left), lookOf(odd))).toBeCloseTo(0, 2);
  });
});
