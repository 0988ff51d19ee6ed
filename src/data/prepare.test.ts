import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { PIXEL_GEOMETRY, type Volume } from '../imaging/volume.ts';
import { centreWindow, placeBack, placeBackProbabilities } from './crop.ts';
import type { Case } from './dataset.ts';
import { normaliseVolume } from './normalise.ts';
import { percentile } from './percentiles.ts';
import { makePreparation } from './preparation.ts';
import { prepareCases, prepareLabel, prepareVolume } from './prepare.ts';

const volume = (data: readonly number[], shape: Volume['shape']): Volume => ({
  data: Float32Array.from(data),
  shape,
  geometry: PIXEL_GEOMETRY,
});
const labelOf = (data: readonly number[], [depth, height, width]: readonly [number, number, number]) => ({
  data: Uint8Array.from(data),
  shape: [depth, height, width] as const,
  geometry: PIXEL_GEOMETRY,
});
const scan = (id: string, image: Volume, label?: ReturnType<typeof labelOf>): Case => ({
  id,
  patient: id,
  image: async () => image,
  imagePath: `images/${id}.png`,
  ...(label === undefined ? {} : { label: async () => label, labelPath: `masks/${id}.png` }),
});
const square = [0, 1, 2, 3];
const unit = makePreparation('ssl4mis', { size: 2 });

describe('percentile', () => {
  it('is that of a sorted array, interpolated as NumPy does', () => {
    expect(percentile(Float32Array.of(4, 1, 3, 2), 50)).toBe(2.5);
    expect(percentile(Float32Array.of(15, 20, 35, 40, 50), 40)).toBeCloseTo(29, 5);
    expect(percentile(new Float32Array(), 50)).toBeNaN();
    const values = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer()), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 100 }), (drawn, percent) => {
        const sorted = Float32Array.from(drawn).sort();
        const rank = (percent / 100) * (sorted.length - 1);
        const [low, high] = [sorted[Math.floor(rank)] as number, sorted[Math.ceil(rank)] as number];
        const expected = Math.floor(rank) === rank ? low : low + (high - low) * (rank - Math.floor(rank));
        expect(percentile(Float32Array.from(drawn), percent)).toBe(expected);
      }),
    );
  });
});

describe('normaliseVolume', () => {
  const stretchAll = { normalise: 'percentile', percentiles: [0, 100] } as const;

  it('stretches each channel over the whole volume', () => {
    const two = volume([10, 20, 30, 40, -1, 0, 0, 1], [2, 2, 1, 2]);
    const result = normaliseVolume(two, stretchAll, 'a');
    [0, 1 / 3, 2 / 3, 1, 0, 0.5, 0.5, 1].forEach((value, i) => {
      expect(result[i]).toBeCloseTo(value, 6);
    });
    expect(two.data[0]).toBe(10);
  });

  it('clips what lies outside the percentiles', () => {
    const ramp = volume(
      Array.from({ length: 101 }, (_, i) => i),
      [1, 1, 1, 101],
    );
    const result = normaliseVolume(ramp, { normalise: 'percentile', percentiles: [10, 90] }, 'a');
    expect([result[0], result[10], result[50], result[90], result[100]]).toEqual([0, 0, 0.5, 1, 1]);
  });

  it.each([
    ['no contrast', [7, 7], [0, 0]],
    ['no finite value', [Number.NaN, Number.NaN], [0, 0]],
    ['some values not finite', [Number.NaN, 0, 2, Number.NEGATIVE_INFINITY], [0, 0, 1, 0]],
  ])('makes zeros of %s', (_, data, expected) => {
    expect([...normaliseVolume(volume(data, [1, 1, 1, data.length]), stretchAll, 'a')]).toEqual(expected);
  });

  it('takes unit intensities as they are and names the file of others', () => {
    const exact = [0, Math.fround(0.3), 1];
    expect([...normaliseVolume(volume(exact, [1, 1, 1, 3]), unit, 'a')]).toEqual(exact);
    expect([...normaliseVolume(volume([-1e-6, 1 + 1e-6], [1, 1, 1, 2]), unit, 'a')]).toEqual([0, 1]);
    expect(() => normaliseVolume(volume([0, 255], [1, 1, 1, 2]), unit, 'b.h5')).toThrow(
      'b.h5: an intensity of 255 was found, all were expected in [0, 1]. Set normalise',
    );
  });
});

describe('makePreparation', () => {
  it('fills in defaults by layout', () => {
    expect(unit).toEqual({
      size: 2,
      crop: 1,
      normalise: 'unit',
      percentiles: [0.5, 99.5],
      fit: 'stretch',
      antialias: false,
    });
    expect(makePreparation('folders', { size: 64 })).toMatchObject({
      normalise: 'percentile',
      fit: 'pad',
      antialias: true,
    });
    expect(makePreparation('folders', { size: 64, normalise: 'unit', crop: 0.5 })).toMatchObject({
      normalise: 'unit',
      crop: 0.5,
    });
  });

  it.each([
    [{ size: 0 }, 'size: a positive whole number of pixels was expected, not 0'],
    [{ size: 1.5 }, 'size: '],
    [{ size: 8, crop: 0 }, 'crop: a fraction above 0 and at most 1'],
    [{ size: 8, crop: 1.1 }, 'crop: '],
    [{ size: 8, percentiles: [50, 50] as const }, 'percentiles: '],
  ])('rejects %o', (options, message) => expect(() => makePreparation('folders', options)).toThrow(message));
});

describe('crop and placeBack', () => {
  it.each([
    [[10, 10], 1, { top: 0, left: 0, height: 10, width: 10 }],
    [[10, 20], 0.5, { top: 2, left: 5, height: 5, width: 10 }],
    [[1, 3], 0.1, { top: 0, left: 1, height: 1, width: 1 }],
  ] as const)('%o at %d', (size, crop, window) => expect(centreWindow(size, crop)).toEqual(window));

  it('is undone by placeBack, background outside', () => {
    const sides = fc.integer({ min: 1, max: 24 });
    fc.assert(
      fc.property(sides, sides, fc.double({ min: 0.2, max: 1, noNaN: true }), (height, width, crop) => {
        const window = centreWindow([height, width], crop);
        const inside = (y: number, x: number) =>
          y >= window.top && y < window.top + window.height && x >= window.left && x < window.left + window.width;
        const native = Array.from({ length: height * width }, (_, i) => (i * 7) % 3);
        const size = window.height;
        fc.pre(window.height === window.width);
        const preparation = makePreparation('folders', { size, crop });
        const [plane = new Uint8Array()] = prepareLabel(labelOf(native, [1, height, width]), preparation);
        const probabilities = Float32Array.from({ length: 3 * size * size }, (_, i) =>
          plane[i % (size * size)] === Math.floor(i / (size * size)) ? 0.8 : 0.1,
        );
        const expected = native.map((value, i) => (inside(Math.floor(i / width), i % width) ? value : 0));
        expect([...placeBack(probabilities, 3, preparation, [height, width])]).toEqual(expected);
      }),
    );
  });

  it('brings a shape back to where it was after shrinking', () => {
    const [height, width] = [60, 90];
    const native = Array.from({ length: height * width }, (_, i): number => {
      const [y, x] = [Math.floor(i / width) - 33, (i % width) - 40];
      return y * y + x * x < 15 * 15 ? 1 : 0;
    });
    const preparation = makePreparation('folders', { size: 32, crop: 0.8 });
    const [small = new Uint8Array()] = prepareLabel(labelOf(native, [1, height, width]), preparation);
    const probabilities = Float32Array.of(...small.map((value) => 1 - value), ...small);
    const back = placeBack(probabilities, 2, preparation, [height, width]);
    const both = native.filter((value, i) => value === 1 && back[i] === 1).length;
    const sum = native.reduce((a, b) => a + b, 0) + back.reduce((a, b) => a + b, 0);
    expect((2 * both) / sum).toBeGreaterThan(0.95);
  });
});

describe('a slice that is not square', () => {
  const fits = ['stretch', 'pad'] as const;

  it('keeps its shapes when padded, not when stretched', () => {
    const [height, width] = [20, 60];
    const disc = Array.from({ length: height * width }, (_, i): number => {
      return (Math.floor(i / width) - 9.5) ** 2 + ((i % width) - 29.5) ** 2 < 64 ? 1 : 0;
    });
    const extents = fits.map((fit) => {
      const preparation = makePreparation('folders', { size: 60, fit });
      const [plane = new Uint8Array()] = prepareLabel(labelOf(disc, [1, height, width]), preparation);
      const rows = Array.from({ length: 60 }, (_, y) => plane.subarray(y * 60, (y + 1) * 60));
      return [
        rows.filter((row) => row.includes(1)).length,
        Math.max(...rows.map((row) => row.reduce((a, b) => a + b))),
      ];
    });
    expect(extents).toEqual([
      [48, 16],
      [16, 16],
    ]);
  });

  it('repeats its border where it is padded', () => {
    const preparation = makePreparation('folders', { size: 4, normalise: 'unit' });
    const [slice] = prepareVolume(volume([0, 0.25, 0.5, 0.75, 0.2, 0.4, 0.6, 0.8], [1, 1, 2, 4]), preparation, 'a');
    const rows = [
      [0, 0.25, 0.5, 0.75],
      [0.2, 0.4, 0.6, 0.8],
    ] as const;
    expect(slice).toEqual(Float32Array.from([rows[0], rows[0], rows[1], rows[1]].flat()));
  });

  it.each(fits)('comes back to its own size: %s', (fit) => {
    const at = (maps: Float32Array, k: number, i: number) => maps[(k * maps.length) / 3 + i] as number;
    const sizes = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }));
    fc.assert(
      fc.property(sizes, fc.double({ min: 0.3, max: 1, noNaN: true }), ([height, width], crop) => {
        const preparation = makePreparation('folders', { size: 150, fit, crop });
        const native = Array.from({ length: height * width }, (_, i) => i % 3);
        const [plane = new Uint8Array()] = prepareLabel(labelOf(native, [1, height, width]), preparation);
        const oneHot = [0, 1, 2].flatMap((k) => Array.from(plane, (value) => (value === k ? 1 : 0)));
        const probabilities = Float32Array.from(oneHot);
        const back = placeBack(probabilities, 3, preparation, [height, width]);
        const kept = centreWindow([height, width], crop);
        native.forEach((value, i) => {
          const [y, x] = [Math.floor(i / width) - kept.top, (i % width) - kept.left];
          const isKept = y >= 0 && x >= 0 && y < kept.height && x < kept.width;
          // Padding may let the window see more than the crop asks for; nothing of what it asks for is lost.
          if (isKept) expect(back[i]).toBe(value);
        });
        const maps = placeBackProbabilities(probabilities, 3, preparation, [height, width]);
        const best = back.map((_, i): number =>
          [0, 1, 2].reduce((a, k) => (at(maps, k, i) > at(maps, a, i) ? k : a), 0),
        );
        expect(best).toEqual(back);
      }),
      { numRuns: 30 },
    );
  });
});

describe('prepareVolume', () => {
  it('keeps channels and slices apart', () => {
    const data = Array.from({ length: 2 * 3 * 4 }, (_, i) => i / 23);
    const slices = prepareVolume(volume(data, [2, 3, 2, 2]), unit, 'a');
    expect(slices.length).toBe(3);
    expect(slices[1]).toEqual(Float32Array.from([...data.slice(4, 8), ...data.slice(16, 20)]));
  });

  it('crops before it resizes', () => {
    const data = Array.from({ length: 16 }, (_, i) => (i % 4) / 3);
    const [slice] = prepareVolume(volume(data, [1, 1, 4, 4]), { ...unit, crop: 0.5 }, 'a');
    expect(slice).toEqual(Float32Array.of(1 / 3, 2 / 3, 1 / 3, 2 / 3));
  });
});

describe('prepareCases', () => {
  const grey = volume([0, 0.5, 1, 0.25], [1, 1, 2, 2]);
  const mask = labelOf(square, [1, 2, 2]);

  it('gives slices in order of the cases, labels where there are any', async () => {
    const deep = volume([0, 0, 0, 0, 1, 1, 1, 1], [1, 2, 2, 2]);
    const late: Case = { ...scan('b', deep), image: () => new Promise((done) => setTimeout(() => done(deep), 20)) };
    const onProgress = vi.fn();
    const slices = await prepareCases([late, scan('a', grey, mask)], unit, { classes: 4, onProgress });
    expect(slices.map((slice) => slice.id)).toEqual(['b#0', 'b#1', 'a#0']);
    expect(slices[0]).not.toHaveProperty('label');
    expect(slices[2]).toEqual({ id: 'a#0', patient: 'a', image: grey.data, label: mask.data });
    expect(onProgress.mock.calls).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  it.each<[string, Case[], string]>([
    [
      'sizes',
      [scan('a', grey, labelOf([0, 1], [1, 1, 2]))],
      'masks/a.png: the mask has 1 x 2 pixels, its image images/a.png has 2 x 2',
    ],
    ['depths', [scan('a', grey, labelOf([...square, ...square], [2, 2, 2]))], 'the mask has 2 x 2 x 2 pixels'],
    [
      'label values',
      [scan('a', grey, labelOf([0, 0, 9, 0], [1, 2, 2]))],
      'masks/a.png: label value 9 was found, but the classes are 0 to 3',
    ],
    [
      'channels',
      [scan('a', grey), scan('b', volume(Array(12).fill(0), [3, 1, 2, 2]))],
      'images/b.png: the image has 3 channel(s), images/a.png have 1',
    ],
    ['intensities', [scan('a', volume([0, 0, 0, 80], [1, 1, 2, 2]))], 'images/a.png: an intensity of 80'],
  ])('names the file when %s do not fit', async (_, cases, message) => {
    await expect(prepareCases(cases, unit, { classes: 4 })).rejects.toMatchObject({
      code: 'bad-data',
      message: expect.stringContaining(message),
    });
  });

  it('checks the channels it is told to', async () => {
    await expect(prepareCases([scan('a', grey)], unit, { classes: 4, channels: 3 })).rejects.toThrow(
      'images/a.png: the image has 1 channel(s), the other images have 3',
    );
  });
});
