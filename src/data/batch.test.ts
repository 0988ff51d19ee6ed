import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import { WEAK } from './augment/testing/options.ts';
import { BatchSampler, channelDropoutMask, makeBatch, slicesByClass } from './batch.ts';
import type { Slice } from './dataset.ts';

const sampler = (partial = {}) =>
  new BatchSampler({
    seed: 3,
    labelledCount: 5,
    unlabelledCount: 11,
    labelledBatch: 2,
    unlabelledBatch: 4,
    ...partial,
  });

describe('BatchSampler', () => {
  it('shows every slice once per epoch', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 7 }), fc.nat(), (count, batch, seed) => {
        const under = sampler({ seed, labelledCount: count, labelledBatch: batch });
        const seen = Array.from({ length: count * 3 }, (_, step) => under.at(step).labelled).flat();
        for (let epoch = 0; (epoch + 1) * count <= seen.length; epoch++) {
          const indices = seen.slice(epoch * count, (epoch + 1) * count);
          expect(indices.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        }
      }),
    );
  });

  it('draws a share of the labelled slices class by class, the others as ever', () => {
    // One slice of ten shows the second class.
    const label = (...values: number[]) => ({ label: Uint8Array.from(values) });
    const slices = slicesByClass([label(0, 1), ...Array.from({ length: 8 }, () => label(0, 1, 255)), label(1, 2)]);
    expect(slices).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [9]]);
    const options = { labelledCount: 10, labelledBatch: 4, byClass: { share: 0.5, slices } };
    const seen = Array.from({ length: 400 }, (_, step) => sampler(options).at(step).labelled);
    const rare = seen.flatMap((indices) => indices.slice(0, 2)).filter((i) => i === 9).length / 800;
    expect(rare).toBeGreaterThan(0.5);
    expect(rare).toBeLessThan(0.6);
    const epoch = seen.slice(0, 5).flatMap((indices) => indices.slice(2));
    expect(epoch.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const none = { ...options, byClass: { share: 0, slices } };
    expect(sampler(none).at(3)).toEqual(sampler({ ...options, byClass: undefined }).at(3));
  });

  it('depends on seed and step alone', () => {
    const steps = [7, 0, 30, 7, 2];
    const one = sampler();
    expect(steps.map((step) => one.at(step))).toEqual(steps.map((step) => sampler().at(step)));
    expect(sampler().at(7)).not.toEqual(sampler({ seed: 4 }).at(7));
  });

  it('shuffles anew each epoch and each pool on its own', () => {
    const both = sampler({ labelledCount: 50, unlabelledCount: 50, labelledBatch: 50, unlabelledBatch: 50 });
    expect(both.at(0).labelled).not.toEqual(both.at(1).labelled);
    expect(both.at(0).labelled).not.toEqual(both.at(0).unlabelled);
  });

  it('repeats a pool smaller than its batch, and takes an empty unlabelled pool', () => {
    const small = sampler({ labelledCount: 1, unlabelledCount: 0 });
    expect(small.at(9)).toEqual({ labelled: [0, 0], unlabelled: [] });
    expect(() => sampler({ labelledCount: 0 })).toThrow('there is no labelled slice');
  });
});

describe('makeBatch', () => {
  const slice = (value: number, label = true, channels = 1): Slice => ({
    id: `s${value}`,
    patient: 'p',
    image: new Float32Array(4 * channels).fill(value),
    ...(label ? { label: new Uint8Array(4).fill(value) } : {}),
  });
  const rng = () => new Rng(1);

  it('puts slices side by side', () => {
    const batch = makeBatch([slice(0), slice(1), slice(2)], [2, 0, 2], { size: 2 }, rng());
    expect(batch).toEqual({
      images: new Float32Array([2, 2, 2, 2, 0, 0, 0, 0, 2, 2, 2, 2]),
      labels: new Int32Array([2, 2, 2, 2, 0, 0, 0, 0, 2, 2, 2, 2]),
      shape: [3, 1, 2, 2],
    });
  });

  it('has labels only when all slices have', () => {
    const slices = [slice(0, true, 3), slice(1, false, 3)];
    expect(makeBatch(slices, [0, 1], { size: 2 }, rng())).not.toHaveProperty('labels');
    expect(makeBatch(slices, [0, 1], { size: 2 }, rng()).shape).toEqual([2, 3, 2, 2]);
    expect(makeBatch(slices, [0], { size: 2 }, rng()).labels).toEqual(new Int32Array(4));
  });

  it('augments when asked and leaves the slices alone', () => {
    const slices = [{ ...slice(0), image: Float32Array.of(0, 0.2, 0.4, 1) }];
    const weak = makeBatch(slices, [0, 0, 0], { size: 2, weak: WEAK }, rng());
    expect(weak.images).not.toEqual(makeBatch(slices, [0, 0, 0], { size: 2 }, rng()).images);
    expect(slices[0]?.image).toEqual(Float32Array.of(0, 0.2, 0.4, 1));
  });

  it('cuts tiles of larger slices, image and label alike, the same for the same key', () => {
    const [height, width, size] = [40, 50, 16];
    const label = Uint8Array.from({ length: height * width }, (_, i) => (i * 7) % 251);
    const image = Float32Array.from([...label, ...label].map((value, i) => value + (i < label.length ? 0 : 1000)));
    const large: Slice = { id: 'l', patient: 'p', image, label, size: [height, width] };
    for (const weak of [undefined, { ...WEAK, rotation: 0, scale: 0, shift: 0 }]) {
      const batch = makeBatch([large], [0, 0, 0], { size, ...(weak && { weak }) }, rng());
      expect(batch.shape).toEqual([3, 2, size, size]);
      const pixels = size * size;
      for (let n = 0; n < 3; n++) {
        const [one, two] = [0, 1].map((c) => batch.images.subarray((2 * n + c) * pixels, (2 * n + c + 1) * pixels));
        expect(Int32Array.from(one as Float32Array)).toEqual(batch.labels?.subarray(n * pixels, (n + 1) * pixels));
        expect((two as Float32Array).map((value) => value - 1000)).toEqual(one);
      }
      expect(new Set([0, 1, 2].map((n) => batch.images[2 * n * pixels])).size).toBe(3);
      expect(makeBatch([large], [0, 0, 0], { size, ...(weak && { weak }) }, rng())).toEqual(batch);
    }
  });

  it('puts slices smaller than a tile into its middle and repeats their border', () => {
    const small: Slice = { id: 's', patient: 'p', image: Float32Array.of(1, 2, 3, 4), size: [2, 2] };
    const { images } = makeBatch([small], [0], { size: 4 }, rng());
    expect([...images]).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
  });

  it('names a slice that does not fit', () => {
    expect(() => makeBatch([slice(0), slice(1, true, 3)], [0, 1], { size: 2 }, rng())).toThrow(
      's1: 4 intensities were expected, found 12',
    );
    expect(() => makeBatch([slice(0)], [0], { size: 3 }, rng())).toThrow('s0: ');
  });
});

describe('channelDropoutMask', () => {
  it('keeps the expected value', () => {
    const mask = channelDropoutMask(new Rng(5), 100, 200, 0.3);
    const scale = Math.fround(1 / 0.7);
    expect([...new Set(mask)].sort()).toEqual([0, scale]);
    expect(mask.reduce((sum, value) => sum + value, 0) / mask.length).toBeCloseTo(1, 1);
    expect(new Set(channelDropoutMask(new Rng(5), 2, 3, 0))).toEqual(new Set([1]));
  });
});
