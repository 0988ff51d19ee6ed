import { describe, expect, it } from 'vitest';
import { mirrored, withFlips } from './flips.ts';
import type { RunNetwork } from './run-slices.ts';

const image = Float32Array.of(1, 2, 3, 4);

describe('mirrored', () => {
  it('reverses rows, columns, or both, plane by plane', () => {
    const planes = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    expect([...mirrored(planes, 2, [false, true])]).toEqual([2, 1, 4, 3, 6, 5, 8, 7]);
    expect([...mirrored(planes, 2, [true, false])]).toEqual([3, 4, 1, 2, 7, 8, 5, 6]);
    expect([...mirrored(planes, 2, [true, true])]).toEqual([4, 3, 2, 1, 8, 7, 6, 5]);
  });
});

describe('withFlips', () => {
  const collect = async (run: RunNetwork, images: readonly Float32Array[]) => {
    const found: number[][] = [];
    for await (const probabilities of run(images)) found.push([...probabilities]);
    return found;
  };

  it('changes nothing of a network that answers pixel by pixel', async () => {
    const pixelwise: RunNetwork = async function* (images) {
      for (const one of images) yield Float32Array.from([...one, ...one.map((value) => 10 - value)]);
    };
    expect(await collect(withFlips(pixelwise, 2), [image, image.map((value) => 2 * value)])).toEqual([
      [1, 2, 3, 4, 9, 8, 7, 6],
      [2, 4, 6, 8, 8, 6, 4, 2],
    ]);
  });

  it('averages out what depends on the place, asking four times', async () => {
    let asked = 0;
    const byPlace: RunNetwork = async function* (images) {
      for (const _ of images) {
        asked++;
        yield Float32Array.of(1, 0, 0, 0);
      }
    };
    expect(await collect(withFlips(byPlace, 2), [image])).toEqual([[0.25, 0.25, 0.25, 0.25]]);
    expect(asked).toBe(4);
  });
});
