import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import { PIXEL_GEOMETRY, type Volume } from '../imaging/volume.ts';
import { strongAugment } from './augment/strong.ts';
import { WEAK } from './augment/testing/options.ts';
import { makeBatch } from './batch.ts';
import type { Case } from './dataset.ts';
import { stacksOf, withNeighbours } from './neighbours.ts';
import { makePreparation } from './preparation.ts';
import { networkImages, prepareCases } from './prepare.ts';

const preparation = (context: number) => makePreparation('ssl4mis', { size: 2, context });

/** A volume of 2 x 2 pixels whose slices each have one value in each channel. */
const volume = (...channels: number[][]): Volume => ({
  data: Float32Array.from(channels.flat().flatMap((value) => [value, value, value, value])),
  shape: [channels.length, channels[0]?.length ?? 0, 2, 2],
  geometry: PIXEL_GEOMETRY,
});
const scan = (id: string, image: Volume, rest: Partial<Case> = {}): Case => ({
  id,
  patient: id,
  image: async () => image,
  ...rest,
});

/** One value of each plane of an image of 2 x 2 pixels. */
const planes = (image: Float32Array | undefined) => [...(image ?? [])].filter((_, i) => i % 4 === 0);
const rounded = (values: readonly number[]) => values.map((value) => Number(value.toFixed(4)));

describe('slices with their neighbours', () => {
  it('repeat the border slice', () => {
    expect(stacksOf([1, 2, 3], 1)).toEqual([
      [1, 1, 2],
      [1, 2, 3],
      [2, 3, 3],
    ]);
    expect(stacksOf([1, 2], 2)).toEqual([
      [1, 1, 1, 2, 2],
      [1, 1, 2, 2, 2],
    ]);
    expect(stacksOf([7], 1)).toEqual([[7, 7, 7]]);
  });

  it('without neighbours are the very same', () => {
    const slices = [new Float32Array(4)];
    expect(withNeighbours(slices)).toBe(slices);
  });

  it('have the channels of one slice behind those of the other', () => {
    const images = networkImages(volume([0.1, 0.2, 0.3], [0.5, 0.6, 0.7]), preparation(1), 's');
    expect(images.map((image) => rounded(planes(image)))).toEqual([
      [0.1, 0.5, 0.1, 0.5, 0.2, 0.6],
      [0.1, 0.5, 0.2, 0.6, 0.3, 0.7],
      [0.2, 0.6, 0.3, 0.7, 0.3, 0.7],
    ]);
  });

  it('are in training what they are in prediction', async () => {
    const image = volume([0.1, 0.2, 0.3], [0.5, 0.6, 0.7]);
    const slices = await prepareCases([scan('a', image)], preparation(2), { classes: 2 });
    const batch = makeBatch(slices, [0, 1, 2], { size: 2 }, new Rng(1));
    expect(batch.shape).toEqual([3, 10, 2, 2]);
    expect([...batch.images]).toEqual(networkImages(image, preparation(2), 's').flatMap((one) => [...one]));
    // Memory is that of the slices alone.
    expect(slices[0]?.stack?.[4]).toBe(slices[2]?.image);
  });

  it('of a volume stored slice by slice are found by its cases, masks unread, whoever is in the list', async () => {
    const values = [0.1, 0.2, 0.3, 0.4];
    const label = () => Promise.reject(new Error('opened'));
    const all: Case[] = values.map((value, i) =>
      scan(`v${i}`, volume([value]), {
        label,
        // The third one is missing.
        neighbour: (offset) => (i + offset === 2 ? undefined : all[i + offset]),
      }),
    );
    const chosen = [all[3] as Case, all[1] as Case].map(({ label: _label, ...rest }) => rest);
    const slices = await prepareCases(chosen, preparation(2), { classes: 2 });
    expect(slices.map(({ id, stack }) => [id, rounded((stack ?? []).flatMap(planes))])).toEqual([
      ['v3#0', [0.4, 0.4, 0.4, 0.4, 0.4]],
      ['v1#0', [0.1, 0.1, 0.2, 0.2, 0.2]],
    ]);
  });

  it('are named when they do not fit', async () => {
    const wide: Volume = { ...volume([0.5]), data: new Float32Array(8), shape: [1, 1, 2, 4] };
    const other = scan('other', wide, { imagePath: 'data/other.h5' });
    const tiled = makePreparation('ssl4mis', { size: 2, context: 1, tiles: { scale: 1, overlap: 0 } });
    const item = scan('a', volume([0.5]), { neighbour: (offset) => (offset === 1 ? other : undefined) });
    await expect(prepareCases([item], tiled, { classes: 2 })).rejects.toThrow(
      'data/other.h5: its slices have 4 and 8 intensities, those of one volume are of one size.',
    );
  });
});

describe('augmentation', () => {
  const size = 8;
  const image = Float32Array.from({ length: size * size }, (_, i) => ((i * 13) % 64) / 64);
  const slice = { id: 's', patient: 'p', image, label: new Uint8Array(size * size), stack: [image, image, image] };

  it('moves neighbours as the slice between them, and the slice as without them', () => {
    const { images } = makeBatch([slice], [0], { size, weak: WEAK }, new Rng(3));
    const { stack: _stack, ...single } = slice;
    const alone = makeBatch([single], [0], { size, weak: WEAK }, new Rng(3)).images;
    for (const start of [0, 64, 128]) expect(images.subarray(start, start + 64)).toEqual(alone);
  });

  it('changes the intensities of neighbours alike, but for noise', () => {
    const none = { probability: 0, max: 0 };
    const sure = { probability: 1, max: 0.4 };
    const options = { gamma: sure, contrast: sure, brightness: sure, channels: sure, blur: none, noise: none };
    const cutout = { probability: 1, max: 0.5, count: 1, fill: 'mean' } as const;
    const batch = makeBatch([slice], [0], { size }, new Rng(3));
    const { images } = strongAugment(batch, { ...options, cutout }, new Rng(4));
    expect(images.subarray(0, 64)).not.toEqual(image);
    for (const start of [64, 128]) expect(images.subarray(start, start + 64)).toEqual(images.subarray(0, 64));
  });
});
