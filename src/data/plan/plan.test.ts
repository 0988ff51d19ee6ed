import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import { type LabelVolume, PIXEL_GEOMETRY, type Volume } from '../../imaging/volume.ts';
import type { Case } from '../dataset.ts';
import { normaliseVolume } from '../normalise.ts';
import { foregroundSample, measureChannels } from './measure.ts';
import { type PlanRequest, planData } from './plan.ts';
import { networkWidths } from './widths.ts';

const AUTO: PlanRequest = {
  size: 'auto',
  crop: 'auto',
  orientation: 'auto',
  context: 0,
  tiles: 'auto',
  tileScale: 1,
  widths: 'auto',
  largest: 144,
  levels: 4,
  largestParts: 'auto',
  turned: 'auto',
  stemStride: 2,
};

interface Maker {
  readonly size?: readonly [number, number];
  readonly channels?: number;
  /** Intensity by whether the pixel lies in the object, and a random number in [0, 1). */
  readonly value: (inside: boolean, noise: number) => number;
  readonly masked?: boolean;
}

/** A slice with a square object of 8 pixels in the middle. */
function scan(id: string, { size: [height, width] = [40, 60], channels = 1, value, masked = true }: Maker): Case {
  const rng = new Rng('plan', id);
  const inside = (i: number) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return Math.abs(y - height / 2 + 0.5) < 4 && Math.abs(x - width / 2 + 0.5) < 4;
  };
  const pixels = height * width;
  const image: Volume = {
    data: Float32Array.from({ length: channels * pixels }, (_, i) => value(inside(i % pixels), rng.float())),
    shape: [channels, 1, height, width],
    geometry: PIXEL_GEOMETRY,
  };
  const label: LabelVolume = {
    data: Uint8Array.from({ length: pixels }, (_, i) => (inside(i) ? 1 : 0)),
    shape: [1, height, width],
    geometry: PIXEL_GEOMETRY,
  };
  return { id, patient: id, image: async () => image, ...(masked ? { label: async () => label } : {}) };
}

const plan = (
  maker: Maker,
  request: Partial<PlanRequest> = {},
  dataset: Parameters<typeof planData>[0] = { layout: 'folders' },
) => {
  const labelled = ['a', 'b', 'c'].map((id) => scan(id, maker));
  const unlabelled = ['d', 'e'].map((id) => scan(id, { ...maker, masked: false }));
  return planData(dataset, { labelled, unlabelled }, { ...AUTO, ...request });
};

const hounsfield: Maker = { value: (inside, noise) => Math.round(inside ? 40 + 100 * noise : -1000 + 1600 * noise) };
const mri: Maker = { value: (inside, noise) => Math.round((inside ? 500 : 100) + 200 * noise) };

describe('the plan for intensities', () => {
  it('is a window of the foreground for Hounsfield units', async () => {
    const { preparation, reasons } = await plan(hounsfield);
    expect(preparation.normalise).toBe('window');
    const [low = 0, high = 0] = preparation.window ?? [];
    expect(low).toBeGreaterThanOrEqual(40);
    expect(low).toBeLessThan(43);
    expect(high).toBeGreaterThan(137);
    expect(high).toBeLessThanOrEqual(140);
    expect(reasons.normalise).toBe('intensities look like Hounsfield units; foreground of 3 labelled scans');
  });

  it('is a window when the data set says CT, whatever the values', async () => {
    const { preparation } = await plan(mri, {}, { layout: 'nnunet', channels: ['CT'] });
    expect(preparation.normalise).toBe('window');
  });

  it.each<[string, Maker, string]>([
    ['MRI: percentiles', mri, 'percentile'],
    ['several channels, also with values below -500: percentiles', { ...hounsfield, channels: 2 }, 'percentile'],
    ['values in [0, 1]: as they are', { value: (inside, noise) => (inside ? 0.9 : noise / 2) }, 'unit'],
    ['black and white pictures: percentiles', { value: (inside) => (inside ? 1 : 0) }, 'percentile'],
  ])('is for %s', async (_, maker, normalise) => {
    expect((await plan(maker)).preparation.normalise).toBe(normalise);
  });

  it('leaves SSL4MIS data as it is', async () => {
    const { preparation, widths } = await plan({ ...mri, size: [216, 256] }, { crop: 0.7 }, { layout: 'ssl4mis' });
    expect(preparation).toMatchObject({ size: 144, crop: 0.7, normalise: 'unit' });
    expect(widths).toEqual([16, 32, 64, 128]);
  });

  it('gives way to what is asked for', async () => {
    expect((await plan(hounsfield, { normalise: 'zscore' })).preparation.normalise).toBe('zscore');
    expect((await plan(mri, { window: [0, 9] })).preparation).toMatchObject({ normalise: 'window', window: [0, 9] });
    expect((await plan(mri, { normalise: 'window' })).preparation.window?.[0]).toBeGreaterThanOrEqual(500);
    const shape = { size: 50, widths: [3, 4], crop: 1, orientation: 'stored' } as const;
    const explicit = await plan(mri, { ...shape, normalise: 'unit', turned: 1 });
    expect(explicit).toEqual({
      preparation: { size: 50, crop: 1, normalise: 'unit', percentiles: [0.5, 99.5], fit: 'pad', antialias: true },
      widths: [3, 4],
      turned: 1,
      singleParts: { inScans: [1], inSlices: [1] },
      reasons: { parts: 'labelled masks have no second one' },
    });
  });
});

it('sees neighbouring slices where it is asked to and there are some', async () => {
  expect((await plan(mri)).preparation).not.toHaveProperty('context');
  const pictures = await plan(mri, { context: 1 });
  expect(pictures.preparation).not.toHaveProperty('context');
  expect(pictures.reasons.context).toBe('single pictures have no neighbouring slices');
  const labelled = [{ ...scan('a', mri), neighbour: () => undefined }];
  const slices = await planData({ layout: 'folders' }, { labelled, unlabelled: [] }, { ...AUTO, context: 1 });
  expect(slices.preparation.context).toBe(1);
  expect(slices.reasons).not.toHaveProperty('context');
});

it.each([
  [[150, 150], 1, 144],
  [[110, 120], 1, 128],
  [[40, 60], 1, 64],
  [[60, 40], 0.75, 48],
  [[35, 47], 1, 48],
  [[20, 12], 1, 32],
] as const)('slices of %o of which %d is kept become %d pixels', async (size, crop, expected) => {
  expect((await plan({ ...mri, size }, { crop })).preparation.size).toBe(expected);
});

it.each([
  ['of pictures seen in tiles is smaller', { tiles: 'on' }, 96],
  ['of small pictures seen in tiles is theirs', { tiles: 'on', crop: 0.125 }, 64],
  ['that is asked for is kept, in tiles too', { tiles: 'on', size: 128 }, 128],
  ['of whole pictures is the largest', { tiles: 'off' }, 144],
  ['is as large as allowed', { tiles: 'off', largest: 192 }, 192],
] as const)('the size %s', async (_, request, expected) => {
  expect((await plan({ ...mri, size: [500, 500] }, { crop: 1, ...request })).preparation.size).toBe(expected);
});

it('takes tiles where slices as small as tiles would lose what is looked for, whatever size is allowed', async () => {
  const { preparation } = await plan({ ...mri, size: [250, 250] }, { crop: 1, largest: 192 });
  expect(preparation).toMatchObject({ size: 96, tiles: { scale: 1 } });
});

it('never opens the mask of an unlabelled case', async () => {
  const label = () => Promise.reject(new Error('opened'));
  const unlabelled = [{ ...scan('x', { ...mri, masked: false }) }];
  await planData({ layout: 'folders' }, { labelled: [scan('a', mri)], unlabelled }, AUTO);
  await expect(
    planData({ layout: 'folders' }, { labelled: [{ ...scan('a', mri), label }], unlabelled }, AUTO),
  ).rejects.toThrow('opened');
});

describe('networkWidths', () => {
  it.each([
    [96, 2, 4, [16, 32, 64, 128]],
    [64, 2, 4, [16, 32, 64, 128]],
    [48, 2, 4, [16, 32, 64]],
    [32, 2, 4, [16, 32, 64]],
    [32, 1, 4, [16, 32, 64, 128]],
    [20, 1, 4, [16, 32, 64]],
    [50, 1, 4, [16, 32]],
    [192, 2, 4, [16, 32, 64, 128]],
    [192, 2, 5, [16, 32, 64, 128, 256]],
    [144, 2, 5, [16, 32, 64, 128]],
  ])('%d pixels with a stem of stride %d and at most %d levels', (size, stride, most, widths) =>
    expect(networkWidths(size, stride, most)).toEqual(widths),
  );
});

describe('measures', () => {
  const volume = (data: readonly number[], channels = 1): Volume => ({
    data: Float32Array.from(data),
    shape: [channels, 1, 1, data.length / channels],
    geometry: PIXEL_GEOMETRY,
  });

  it('are those of each channel, without what is not finite', () => {
    const [first, second] = measureChannels(volume([1, 2, 3, Number.NaN, 0.5, 0.5, 0.5, 0.5], 2));
    expect(first).toMatchObject({ min: 1, max: 3, mean: 2, median: 2, notFinite: 1, whole: true });
    expect(first?.sd).toBeCloseTo(Math.sqrt(2 / 3), 6);
    expect(second).toMatchObject({ min: 0.5, max: 0.5, sd: 0, notFinite: 0, whole: false });
  });

  it('take foreground evenly', () => {
    const label = (data: readonly number[], width: number): LabelVolume => ({
      data: Uint8Array.from(data),
      shape: [1, data.length / width, width],
      geometry: PIXEL_GEOMETRY,
    });
    expect([...foregroundSample(volume([5, 6, 7, 8]), label([0, 1, 0, 2], 4))]).toEqual([6, 8]);
    const many = Array.from({ length: 9001 }, (_, i) => i);
    const sample = foregroundSample(
      volume(many),
      label(
        many.map(() => 1),
        9001,
      ),
    );
    expect([sample.length <= 4000, sample[0], (sample.at(-1) as number) > 8990]).toEqual([true, 0, true]);
  });
});

describe('normalisations of the plan', () => {
  const line: Volume = { data: Float32Array.of(-10, 0, 10, 20), shape: [1, 1, 1, 4], geometry: PIXEL_GEOMETRY };
  const percentiles = [0.5, 99.5] as const;

  it('map a window', () => {
    const options = { normalise: 'window', percentiles, window: [0, 20] } as const;
    expect([...normaliseVolume(line, options, 'a')]).toEqual([0, 0, 0.5, 1]);
    expect(() => normaliseVolume(line, { normalise: 'window', percentiles }, 'a')).toThrow('data.window: the window');
  });

  it('map three standard deviations to either side', () => {
    const found = normaliseVolume(line, { normalise: 'zscore', percentiles }, 'a');
    const sd = Math.sqrt(125);
    [-10, 0, 10, 20].forEach((value, i) => {
      expect(found[i]).toBeCloseTo(0.5 + (value - 5) / (6 * sd), 6);
    });
  });
});

describe('how many images are turned', () => {
  /** A second class above the first one in all patients, or anywhere. */
  const patient = (i: number, isAlike: boolean): Case => {
    const item = scan(`patient ${i}`, { value: () => i });
    return {
      ...item,
      label: async () => {
        const mask = await (item.label as NonNullable<Case['label']>)();
        const at = isAlike ? 5 * 60 + 30 : [5 * 60 + 30, 20 * 60 + 5, 35 * 60 + 30, 20 * 60 + 55][i % 4];
        return { ...mask, data: mask.data.map((value, pixel) => (pixel === at ? 2 : value)) };
      },
    };
  };
  const turned = async (isAlike: boolean, asked: PlanRequest['turned'] = 'auto') => {
    const labelled = Array.from({ length: 8 }, (_, i) => patient(i, isAlike));
    const { turned, reasons } = await planData(
      { layout: 'folders' },
      { labelled, unlabelled: [] },
      { ...AUTO, turned: asked },
    );
    return [turned, reasons.turned];
  };

  it('is a quarter where labelled masks lie alike, else all, and what it is told', async () => {
    expect(await turned(true)).toEqual([0.25, 'labelled masks lie alike']);
    expect(await turned(false)).toEqual([1, 'labelled masks do not show that scans lie alike']);
    expect(await turned(true, 0.5)).toEqual([0.5, undefined]);
  });
});
