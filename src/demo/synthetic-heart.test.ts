import { describe, expect, it } from 'vitest';
import { type SyntheticHeart, syntheticHearts } from './synthetic-heart.ts';

const SIZE = 64;
const hearts = syntheticHearts({ patients: 10, size: SIZE, slices: 6, seed: 7 });

describe('the synthetic heart data set', () => {
  it('has the shapes, spacing and ranges it promises', () => {
    expect(hearts.map(({ id }) => id).slice(0, 2)).toEqual(['heart001', 'heart002']);
    for (const { image, label } of hearts) {
      expect(image.shape).toEqual([1, 6, SIZE, SIZE]);
      expect(label.shape).toEqual([6, SIZE, SIZE]);
      expect(image.data.length).toBe(label.data.length);
      expect(image.geometry).toEqual({ spacing: [64 / 6, 3, 3], unit: 'mm' });
      expect(label.geometry).toEqual(image.geometry);
      expect(image.data.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
    const [fine] = syntheticHearts({ patients: 1, size: 128, slices: 8, seed: 1 });
    expect(fine?.image.geometry.spacing).toEqual([8, 1.5, 1.5]);
  });

  it('is the same for the same seed, another for another', () => {
    const options = { patients: 2, size: 32, slices: 2, seed: 3 };
    expect(syntheticHearts(options)).toEqual(syntheticHearts(options));
    expect(syntheticHearts({ ...options, seed: 4 })[0]?.image.data).not.toEqual(
      syntheticHearts(options)[0]?.image.data,
    );
  });

  it('starts with the patients of a smaller set', () => {
    expect(syntheticHearts({ patients: 2, size: SIZE, slices: 6, seed: 7 })).toEqual(hearts.slice(0, 2));
  });

  it('holds every class in every patient, background most', () => {
    for (const heart of hearts) {
      const shares = classShares(heart);
      expect(shares[0]).toBeGreaterThan(0.7);
      for (const share of shares.slice(1)) expect(share).toBeGreaterThan(0.003);
    }
  });

  it('keeps the left ventricle enclosed by myocardium', () => {
    for (const { label } of hearts) {
      for (let pixel = 0; pixel < label.data.length; pixel++) {
        if (label.data[pixel] !== 3) continue;
        for (const step of [-1, 1, -SIZE, SIZE]) expect(label.data[pixel + step]).toBeGreaterThan(1);
      }
    }
  });

  it('shows blood brighter than muscle, by amounts that differ between patients', () => {
    const contrasts = hearts.map((heart) => classMean(heart, 3) / classMean(heart, 2));
    expect(Math.min(...contrasts)).toBeGreaterThan(1.2);
    expect(Math.max(...contrasts) / Math.min(...contrasts)).toBeGreaterThan(1.5);
  });

  it('gives patients of different sizes', () => {
    const cavities = hearts.map((heart) => classShares(heart)[3] as number);
    expect(Math.max(...cavities) / Math.min(...cavities)).toBeGreaterThan(1.5);
  });

  it.each([
    { patients: 0, size: 64, slices: 6, seed: 1 },
    { patients: 1, size: 8, slices: 6, seed: 1 },
    { patients: 1, size: 64, slices: 1.5, seed: 1 },
  ])('refuses %o', (options) => {
    expect(() => syntheticHearts(options)).toThrow(/expected a whole number of at least/);
  });
});

function classShares({ label }: SyntheticHeart): number[] {
  const counts = [0, 0, 0, 0];
  for (const value of label.data) counts[value] = (counts[value] ?? 0) + 1;
  return counts.map((count) => count / label.data.length);
}

function classMean({ image, label }: SyntheticHeart, wanted: number): number {
  const values = image.data.filter((_, index) => label.data[index] === wanted);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
