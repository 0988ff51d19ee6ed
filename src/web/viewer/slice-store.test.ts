import { describe, expect, it } from 'vitest';
import { SliceStore } from './slice-store.ts';

const store = (depth: number, bytes = 1) => {
  const asked: [number, number][] = [];
  const load = async (first: number, count: number) => {
    asked.push([first, count]);
    return Array.from({ length: count }, (_, i) => Uint8Array.of(first + i));
  };
  return { asked, slices: new SliceStore(depth, bytes, load, () => {}) };
};

describe('the slices of a volume', () => {
  it('are loaded around the one that is wanted, each once', async () => {
    const { asked, slices } = store(100);
    await slices.loadAround(40);
    expect(asked.slice(0, 3)).toEqual([
      [40, 16],
      [24, 16],
      [56, 16],
    ]);
    expect(Array.from({ length: 100 }, (_, z) => slices.get(z)?.[0])).toEqual(Array.from({ length: 100 }, (_, z) => z));
    expect(asked.reduce((sum, [, count]) => sum + count, 0)).toBe(100);
  });

  it('are loaded one by one where they are large', async () => {
    const { asked, slices } = store(3, 5 * 2 ** 20);
    await slices.loadAround(2);
    expect(asked).toEqual([
      [2, 1],
      [1, 1],
      [0, 1],
    ]);
  });

  it('do not replace what was drawn while they were on their way', async () => {
    const { slices } = store(2);
    const loading = slices.loadAround(0);
    slices.set(1, Uint8Array.of(99));
    await loading;
    expect([slices.get(0)?.[0], slices.get(1)?.[0]]).toEqual([0, 99]);
  });

  it('are loaded anew after they were dropped', async () => {
    const { asked, slices } = store(5);
    await slices.loadAround(0);
    slices.drop(2, 2);
    expect(slices.get(2)).toBeUndefined();
    await slices.loadAround(0);
    expect(asked.at(-1)).toEqual([2, 2]);
  });
});
