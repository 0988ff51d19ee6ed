import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import type { Batch } from '../dataset.ts';
import { addNoise, applyGamma, blur, mean, scaleAbout } from './intensity.ts';
import { type StrongOptions, strongAugment } from './strong.ts';
import { STRONG } from './testing/options.ts';

const off = { probability: 0, max: 1 };
const nothing: StrongOptions = {
  gamma: off,
  contrast: off,
  brightness: off,
  channels: off,
  blur: off,
  noise: off,
  cutout: { ...off, count: 2, fill: 'mean' },
};
const rng = new Rng(1);
const images = Float32Array.from({ length: 2 * 3 * 16 * 16 }, () => rng.float());
const batch: Batch = { images, labels: new Int32Array(2 * 256).fill(1), shape: [2, 3, 16, 16] };
const variance = (values: Float32Array, about = mean(values)) => mean(values.map((value) => (value - about) ** 2));

describe('strongAugment', () => {
  it('does nothing when nothing may happen, and never touches its input', () => {
    const before = images.slice();
    expect(strongAugment(batch, nothing, new Rng(1))).toEqual(batch);
    strongAugment(batch, STRONG, new Rng(1));
    expect(images).toEqual(before);
  });

  it('keeps labels and shape, is determined by its key', () => {
    const strong = strongAugment(batch, STRONG, new Rng(1, 'strong'));
    expect([strong.labels, strong.shape]).toEqual([batch.labels, batch.shape]);
    expect(strongAugment(batch, STRONG, new Rng(1, 'strong'))).toEqual(strong);
    expect(strongAugment(batch, STRONG, new Rng(2, 'strong')).images).not.toEqual(strong.images);
  });

  it('fills the array it is given with the same', () => {
    const into = new Float32Array(images.length).fill(7);
    expect(strongAugment(batch, STRONG, new Rng(1), 0, into).images).toBe(into);
    expect(into).toEqual(strongAugment(batch, STRONG, new Rng(1)).images);
  });

  it('stays finite at the edges of the settings', () => {
    const always = { probability: 1, max: 1 };
    const wild: StrongOptions = {
      ...{ gamma: always, contrast: always, brightness: always, channels: always, blur: always, noise: always },
      cutout: { ...always, count: 3, fill: 'zero' },
    };
    for (let seed = 0; seed < 20; seed++) {
      expect(strongAugment(batch, wild, new Rng(seed)).images.every(Number.isFinite)).toBe(true);
    }
  });

  it('leaves the geometry alone: a pixel depends on its neighbours and on the mean only', () => {
    const options = { ...STRONG, noise: off, cutout: { ...off, count: 0, fill: 'mean' as const } };
    const dot = new Float32Array(256);
    dot[8 * 16 + 3] = 1;
    for (let seed = 0; seed < 20; seed++) {
      const strong = strongAugment({ images: dot, shape: [1, 1, 16, 16] }, options, new Rng(seed)).images;
      expect(strong.indexOf(Math.max(...strong))).toBe(8 * 16 + 3);
      const background = strong[0] as number;
      strong.forEach((value, i) => {
        const near = Math.abs((i % 16) - 3) <= 1 && Math.abs(Math.floor(i / 16) - 8) <= 1;
        if (!near) expect(value).toBe(background);
      });
    }
  });

  it('changes the channels of an image one by one, and leaves grey images alone', () => {
    const options: StrongOptions = { ...nothing, channels: { probability: 1, max: 0.2 } };
    const changed = strongAugment(batch, options, new Rng(3)).images;
    const factors = [0, 1, 2].map((channel) => {
      const [before, after] = [images, changed].map((all) => all.slice(channel * 256, (channel + 1) * 256)) as [
        Float32Array,
        Float32Array,
      ];
      expect(Math.abs(mean(after) - mean(before))).toBeLessThanOrEqual(0.1);
      return Math.sqrt(variance(after) / variance(before));
    });
    expect(new Set(factors.map((factor) => factor.toFixed(3))).size).toBe(3);
    for (const factor of factors) expect(Math.abs(Math.log(factor))).toBeLessThanOrEqual(0.2001);
    const grey: Batch = { images: images.slice(0, 512), shape: [2, 1, 16, 16] };
    expect(strongAugment(grey, options, new Rng(3)).images).toEqual(grey.images);
    const common = { ...nothing, contrast: { probability: 1, max: 1 } };
    expect(strongAugment(grey, { ...common, channels: options.channels }, new Rng(3))).toEqual(
      strongAugment(grey, common, new Rng(3)),
    );
  });

  it('cuts rectangles of at most the given side out of all channels alike', () => {
    const options: StrongOptions = { ...nothing, cutout: { probability: 1, max: 0.5, count: 1, fill: 'zero' } };
    for (let seed = 0; seed < 20; seed++) {
      const cut = strongAugment({ ...batch, images: new Float32Array(images.length).fill(1) }, options, new Rng(seed));
      const first = cut.images.slice(0, 256);
      expect(cut.images.slice(256, 512)).toEqual(first);
      const holes = [...first.entries()].filter(([, value]) => value === 0).map(([i]) => [i % 16, Math.floor(i / 16)]);
      const extent = (axis: 0 | 1) => {
        const places = holes.map((hole) => hole[axis] as number);
        return Math.max(...places) - Math.min(...places) + 1;
      };
      expect(holes.length).toBe(holes.length === 0 ? 0 : extent(0) * extent(1));
      if (holes.length > 0) expect(Math.max(extent(0), extent(1))).toBeLessThanOrEqual(8);
    }
  });
});

describe('intensity changes', () => {
  it('gamma follows the power law and clips its domain', () => {
    const values = Float32Array.of(-1, 0, 0.1, 0.5, 0.9, 1, 2);
    for (const gamma of [0.6, 1, 1.7]) {
      const plane = values.slice();
      applyGamma(plane, gamma);
      plane.forEach((value, i) => {
        expect(value).toBeCloseTo(Math.min(1, Math.max(0, values[i] as number)) ** gamma, 4);
      });
    }
  });

  it('contrast keeps the mean, brightness moves it', () => {
    const plane = Float32Array.of(0, 0.2, 0.4, 1);
    scaleAbout(plane, 0.4, 2, 0.1);
    [-0.3, 0.1, 0.5, 1.7].forEach((value, i) => {
      expect(plane[i]).toBeCloseTo(value, 6);
    });
  });

  it('blur is the 3 x 3 kernel with a replicated border', () => {
    const plane = new Float32Array(9);
    plane[4] = 1;
    blur(plane, 3, 1 / 4);
    [1, 2, 1, 2, 4, 2, 1, 2, 1].forEach((value, i) => {
      expect(plane[i]).toBeCloseTo(value / 16, 6);
    });
    const flat = new Float32Array(16).fill(0.7);
    blur(flat, 4, 1 / 3);
    expect(flat).toEqual(new Float32Array(16).fill(0.7));
    const corner = Float32Array.of(1, 0, 0, 0);
    blur(corner, 2, 1 / 3);
    [4, 2, 2, 1].forEach((value, i) => {
      expect(corner[i]).toBeCloseTo(value / 9, 6);
    });
  });

  it('noise has the moments of a Gaussian and no visible pattern', () => {
    const size = 512;
    const plane = new Float32Array(size * size);
    addNoise(plane, 0.1, 12345);
    expect(mean(plane)).toBeCloseTo(0, 3);
    expect(Math.sqrt(variance(plane))).toBeCloseTo(0.1, 3);
    expect(mean(plane.map((value) => (value / 0.1) ** 3))).toBeCloseTo(0, 1);
    expect(mean(plane.map((value) => (value / 0.1) ** 4))).toBeCloseTo(2.7, 1);
    for (const lag of [1, 2, size, size + 1]) {
      const product = plane.map((value, i) => value * (plane[(i + lag) % plane.length] as number) * 100);
      expect(Math.abs(mean(product))).toBeLessThan(0.01);
    }
    const other = new Float32Array(size * size);
    addNoise(other, 0.1, 12346);
    expect(Math.abs(mean(plane.map((value, i) => value * (other[i] as number) * 100)))).toBeLessThan(0.01);
  });
});
