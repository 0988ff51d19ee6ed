import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import { drawBoxes } from '../data/augment/boxes.ts';
import { constant } from '../graph/leaf.ts';
import { evaluate } from '../testing/evaluate.ts';
import { exchanged, halves, repeated } from './mixing.ts';

/** Images of one row of pixels, each filled with its number. */
const images = (count: number, width: number) =>
  constant(
    Array.from({ length: count * width }, (_, i) => Math.floor(i / width)),
    [count, 1, 1, width],
  );

describe('exchanged', () => {
  it('swaps the boxes of pairs and leaves the other images alone', async () => {
    const boxes = constant([1, 0, 0, 0, 1, 1], [2, 1, 1, 3]);
    const { y } = await evaluate({ y: exchanged(images(6, 3), boxes, { first: 1, second: 4, count: 2 }) });
    expect(y).toEqual([0, 0, 0, 4, 1, 1, 2, 5, 5, 3, 3, 3, 1, 4, 4, 5, 2, 2]);
  });

  it('is its own inverse, whatever the boxes', async () => {
    const rng = new Rng(1);
    const values = Array.from({ length: 5 * 2 * 16 }, () => rng.float());
    const x = constant(values, [5, 2, 4, 4]);
    const pairs = halves(0, 5);
    const boxes = constant(
      Array.from(drawBoxes(2, 4, { probability: 1, area: [0.1, 0.6], aspect: 2 }, rng)),
      [2, 1, 4, 4],
    );
    const once = exchanged(x, boxes, pairs);
    const { twice, mixed } = await evaluate({ twice: exchanged(once, boxes, pairs), mixed: once });
    expect(twice).toEqual(values.map(Math.fround));
    expect(mixed).not.toEqual(twice);
  });
});

describe('repeated', () => {
  it('starts over where there are too few, and stops where there are too many', async () => {
    const { more, fewer } = await evaluate({ more: repeated(images(2, 1), 5), fewer: repeated(images(3, 1), 2) });
    expect(more).toEqual([0, 1, 0, 1, 0]);
    expect(fewer).toEqual([0, 1]);
  });
});

describe('halves', () => {
  it('pairs the first half with the second one', () => {
    expect(halves(12, 7)).toEqual({ first: 12, second: 15, count: 3 });
  });
});

describe('drawBoxes', () => {
  const areas = (options: Parameters<typeof drawBoxes>[2], size = 48) => {
    const boxes = drawBoxes(400, size, options, new Rng('boxes'));
    return Array.from({ length: 400 }, (_, n) => boxes.subarray(n * size * size, (n + 1) * size * size));
  };
  const sum = (plane: Float32Array) => plane.reduce((total, value) => total + value, 0);

  it('has the area, the ratio and the share that are asked for, everywhere in the image', () => {
    const planes = areas({ probability: 0.75, area: [0.1, 0.4], aspect: 2 });
    const drawn = planes.filter((plane) => sum(plane) > 0);
    expect(drawn.length / planes.length).toBeGreaterThan(0.68);
    expect(drawn.length / planes.length).toBeLessThan(0.82);
    for (const plane of drawn) {
      const share = sum(plane) / plane.length;
      expect(share).toBeGreaterThan(0.08);
      expect(share).toBeLessThan(0.44);
      const rows = Array.from({ length: 48 }, (_, y) => sum(plane.subarray(y * 48, (y + 1) * 48))).filter((n) => n > 0);
      // One rectangle: every row that it touches is equally wide.
      expect(new Set(rows).size).toBe(1);
      const ratio = rows.length / (rows[0] as number);
      expect(Math.max(ratio, 1 / ratio)).toBeLessThan(2.2);
    }
    const covered = new Float32Array(48 * 48);
    for (const plane of drawn)
      for (const [i, value] of plane.entries()) covered[i] = Math.max(covered[i] as number, value);
    expect(sum(covered)).toBeGreaterThan(0.99 * 48 * 48);
  });

  it('is the square of two thirds that bidirectional copy-paste takes', () => {
    for (const plane of areas({ probability: 1, area: [4 / 9, 4 / 9], aspect: 1 })) expect(sum(plane)).toBe(32 * 32);
  });
});
