import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import type { Batch } from '../dataset.ts';
import { WEAK } from './testing/options.ts';
import { type WeakOptions, weakView } from './weak.ts';

const still: WeakOptions = { rotation: 0, rightAngles: false, flip: false, scale: 0, shift: 0 };

/** Images are the one-hot maps of the labels. */
function oneHotBatch(seed: number, count: number, classes: number, size: number): Batch {
  const rng = new Rng(seed);
  const labels = Int32Array.from({ length: count * size * size }, () => rng.int(classes));
  const images = new Float32Array(count * classes * size * size);
  labels.forEach((label, i) => {
    const n = Math.floor(i / (size * size));
    images[(n * classes + label) * size * size + (i % (size * size))] = 1;
  });
  return { images, labels, shape: [count, classes, size, size] };
}

function argmax(images: Float32Array, [count, classes, size]: Batch['shape']): Int32Array {
  const pixels = size * size;
  return Int32Array.from({ length: count * pixels }, (_, i) => {
    const start = Math.floor(i / pixels) * classes * pixels + (i % pixels);
    const values = Array.from({ length: classes }, (_, k) => images[start + k * pixels] as number);
    return values.indexOf(Math.max(...values));
  });
}

/** Every image of a batch under `weakView`. */
function weakAugment(batch: Batch, options: WeakOptions, rng: Rng): Batch {
  const [count, channels, size] = batch.shape;
  const pixels = size * size;
  const images = new Float32Array(batch.images.length);
  const labels = new Int32Array(count * pixels);
  const frame = { height: size, width: size, centreY: (size - 1) / 2, centreX: (size - 1) / 2 };
  for (let n = 0; n < count; n++) {
    const [start, end] = [n * channels * pixels, (n + 1) * channels * pixels];
    const label = batch.labels && { label: Uint8Array.from(batch.labels.subarray(n * pixels, (n + 1) * pixels)) };
    const target = { image: images.subarray(start, end), label: labels.subarray(n * pixels, (n + 1) * pixels), size };
    weakView({ planes: [batch.images.subarray(start, end)], frame, ...label }, target, options, rng);
  }
  return { images, shape: batch.shape, ...(batch.labels && { labels }) };
}

const plane = (...rows: number[][]): Batch => ({
  images: Float32Array.from(rows.flat()),
  labels: Int32Array.from(rows.flat()),
  shape: [1, 1, rows.length, rows.length],
});

describe('weakView', () => {
  it('copies when nothing may move', () => {
    const batch = oneHotBatch(1, 3, 4, 9);
    expect(weakAugment(batch, still, new Rng(1))).toEqual(batch);
  });

  it.each([
    [0, 0],
    [0.25, 0.25 * (7 / 8)],
    [1, 7 / 8],
  ])('mirrors and turns a share of %s of the images', (turned, share) => {
    const batch = oneHotBatch(1, 1, 2, 5);
    const moved = Array.from({ length: 2000 }, (_, i) => {
      return weakAugment(batch, { ...still, rightAngles: true, flip: true, turned }, new Rng(i));
    });
    const others = moved.filter(({ labels }) => labels?.some((label, i) => label !== batch.labels?.[i]));
    // One of the eight ways to lie is the one that it had.
    expect(others.length / 2000).toBeCloseTo(share, 1);
    if (turned === 0) expect(others).toEqual([]);
  });

  it('draws the same turns whatever their share', () => {
    const batch = oneHotBatch(2, 1, 3, 6);
    const all = { ...still, rightAngles: true, flip: true, rotation: 0.5, shift: 0.1 };
    for (let seed = 0; seed < 50; seed++) {
      expect(weakAugment(batch, { ...all, turned: 1 }, new Rng(seed))).toEqual(weakAugment(batch, all, new Rng(seed)));
    }
  });

  it('moves mask and image exactly alike under flips and right angles', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 12 }), (seed, size) => {
        const batch = oneHotBatch(seed, 2, 3, size);
        const moved = weakAugment(batch, { ...still, rightAngles: true, flip: true }, new Rng(seed, 'weak'));
        expect(moved.images.every((value) => value === 0 || value === 1)).toBe(true);
        expect(argmax(moved.images, moved.shape)).toEqual(moved.labels);
        expect(moved.images.toSorted()).toEqual(batch.images.toSorted());
      }),
    );
  });

  it('makes all eight symmetries of the square and no other picture', () => {
    const batch = plane([1, 2, 3], [4, 5, 6], [7, 8, 9]);
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      seen.add(weakAugment(batch, { ...still, rightAngles: true, flip: true }, new Rng(seed)).images.join(''));
    }
    expect(seen).toEqual(
      new Set('123456789 741852963 987654321 369258147 321654987 147258369 789456123 963852741'.split(' ')),
    );
  });

  it('keeps values within the range of the image', () => {
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (seed, binary) => {
        const rng = new Rng(seed, 'values');
        const images = Float32Array.from({ length: 2 * 2 * 16 * 16 }, () => (binary ? rng.int(2) : rng.float()));
        const options = { rotation: Math.PI, rightAngles: true, flip: true, scale: 0.5, shift: 0.4 };
        const moved = weakAugment({ images, shape: [2, 2, 16, 16] }, options, new Rng(seed));
        expect(moved.images.every((value) => value >= 0 && value <= 1)).toBe(true);
        expect(moved).not.toHaveProperty('labels');
      }),
    );
  });

  it('keeps mask and image together under any motion', () => {
    // Two half planes: where the bilinear one-hot map is certain, the nearest label must agree.
    const size = 32;
    const labels = Int32Array.from({ length: size * size }, (_, i) => (i % size < 13 ? 0 : 1));
    const images = Float32Array.from(labels);
    for (let seed = 0; seed < 50; seed++) {
      const moved = weakAugment({ images, labels, shape: [1, 1, size, size] }, WEAK, new Rng(seed));
      moved.images.forEach((value, i) => {
        if (Math.abs(value - 0.5) > 1e-6) expect(moved.labels?.[i]).toBe(Math.round(value));
      });
    }
  });

  it.each<[string, Partial<WeakOptions>, (x: number, y: number) => boolean]>([
    // A dot 4 px from the centre of a 33 px image: where it may lie after each motion.
    ['rotates by its angle at most', { rotation: 0.5 }, (x, y) => Math.abs(Math.atan2(y, x)) < 0.6],
    ['zooms by its factor at most', { scale: 0.5 }, (x, y) => y === 0 && x >= 2 && x <= 7],
    ['shifts by its fraction at most', { shift: 0.1 }, (x, y) => Math.abs(x - 4) <= 4 && Math.abs(y) <= 4],
  ])('%s', (_, partial, allowed) => {
    const images = new Float32Array(33 * 33);
    images[16 * 33 + 20] = 1;
    const places = new Set<number>();
    for (let seed = 0; seed < 100; seed++) {
      const moved = weakAugment({ images, shape: [1, 1, 33, 33] }, { ...still, ...partial }, new Rng(seed)).images;
      const at = moved.indexOf(Math.max(...moved));
      places.add(at);
      expect(allowed((at % 33) - 16, Math.floor(at / 33) - 16)).toBe(true);
    }
    expect(places.size).toBeGreaterThan(2);
  });

  it('gives the same for the same key, other for others, and other for each image', () => {
    const batch = oneHotBatch(1, 2, 2, 16);
    batch.images.copyWithin(batch.images.length / 2, 0, batch.images.length / 2);
    const one = weakAugment(batch, WEAK, new Rng(1, 'weak', 5));
    expect(weakAugment(batch, WEAK, new Rng(1, 'weak', 5))).toEqual(one);
    expect(weakAugment(batch, WEAK, new Rng(1, 'weak', 6)).images).not.toEqual(one.images);
    expect(one.images.slice(0, 512)).not.toEqual(one.images.slice(512));
  });
});
