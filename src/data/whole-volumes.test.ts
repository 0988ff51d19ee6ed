import { expect, it } from 'vitest';
import { PIXEL_GEOMETRY } from '../imaging/volume.ts';
import type { Case } from './dataset.ts';
import { wholeVolumes } from './whole-volumes.ts';

/** Slices of 1 x 2 pixels and two channels, by their numbers. */
function slicesOf(volume: string, numbers: readonly number[]): Case[] {
  const all: Case[] = numbers.map((number) => ({
    id: `${volume}_slice_${number}`,
    patient: 'p',
    imagePath: `${volume}_slice_${number}.h5`,
    image: async () => ({
      data: Float32Array.of(number, number, 10 * number, 10 * number),
      shape: [2, 1, 1, 2] as const,
      geometry: PIXEL_GEOMETRY,
    }),
    label: async () => ({ data: Uint8Array.of(number, 0), shape: [1, 1, 2] as const, geometry: PIXEL_GEOMETRY }),
    neighbour: (offset) => all.find(({ id }) => id === `${volume}_slice_${number + offset}`),
  }));
  return all;
}

it('puts slices back beside each other, in the order of their numbers', async () => {
  const [second, tenth, ninth] = slicesOf('a_frame01', [8, 10, 9]);
  const whole: Case = { id: 'whole', patient: 'q', image: async () => Promise.reject(new Error('opened')) };
  const found = wholeVolumes([tenth, whole, second, ninth] as Case[]);
  expect(found.map(({ id, patient }) => [id, patient])).toEqual([
    ['whole', 'q'],
    ['a_frame01', 'p'],
  ]);
  expect(found[0]).toBe(whole);
  const image = await found[1]?.image();
  expect(image?.shape).toEqual([2, 3, 1, 2]);
  expect([...(image?.data ?? [])]).toEqual([8, 8, 9, 9, 10, 10, 80, 80, 90, 90, 100, 100]);
  const label = await found[1]?.label?.();
  expect([label?.shape, [...(label?.data ?? [])]]).toEqual([
    [3, 1, 2],
    [8, 0, 9, 0, 10, 0],
  ]);
});

it('makes two volumes of one with a gap, and has a mask only where all slices have one', () => {
  const slices = slicesOf('b', [1, 2, 4]).map((item, i) => {
    const { label, ...rest } = item;
    return i === 1 ? rest : { ...rest, ...(label && { label }) };
  });
  const found = wholeVolumes(slices);
  expect(found.map(({ id, label }) => [id, label !== undefined])).toEqual([
    ['b_slice_1', false],
    ['b_slice_4', true],
  ]);
});
