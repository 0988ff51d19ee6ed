import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import { constant } from '../graph/leaf.ts';
import { keepLargestComponents } from '../imaging/components.ts';
import { PIXEL_GEOMETRY } from '../imaging/volume.ts';
import { evaluate } from '../testing/evaluate.ts';
import { mainParts, withoutStrayParts } from './main-part.ts';

type Inside = (y: number, x: number) => boolean;

const mask = (size: number, inside: Inside) =>
  Array.from({ length: size * size }, (_, i) => Number(inside(Math.floor(i / size), i % size)));
const disc =
  (cy: number, cx: number, radius: number): Inside =>
  (y, x) =>
    Math.hypot(y - cy, x - cx) <= radius;

async function kept(values: number[], size: number): Promise<number[]> {
  const { y } = await evaluate({ y: mainParts(constant(values, [1, 1, size, size])) });
  return y as number[];
}

describe('mainParts', () => {
  it('keeps what the largest connected component is where parts lie apart', async () => {
    const rng = new Rng('parts');
    for (const size of [32, 48, 96]) {
      for (let i = 0; i < 10; i++) {
        const at = () => size * (0.15 + 0.2 * rng.float());
        const large = disc(at(), at(), size * 0.12);
        const small = disc(size - at(), size - at(), size * 0.06);
        const values = mask(size, (y, x) => large(y, x) || small(y, x));
        const volume = { data: Uint8Array.from(values), shape: [1, size, size], geometry: PIXEL_GEOMETRY } as const;
        const largest = Array.from(keepLargestComponents(volume).data);
        expect(await kept(values, size)).toEqual(largest);
        expect(largest).not.toEqual(values);
      }
    }
  });

  it('follows a part all the way round, whatever the size', async () => {
    for (const size of [16, 18, 33, 96, 200]) {
      const middle = size / 2;
      const ring = mask(size, (y, x) => {
        const radius = Math.hypot(y - middle, x - middle);
        return radius < size * 0.45 && radius > size * 0.3;
      });
      expect(await kept(ring, size)).toEqual(ring);
    }
  });

  it('leaves an empty mask empty', async () => {
    expect(
      await kept(
        mask(32, () => false),
        32,
      ),
    ).toEqual(mask(32, () => false));
  });
});

describe('withoutStrayParts', () => {
  it('makes background of what is far from the rest of its class, in every image by itself', async () => {
    const size = 32;
    const [heart, stray] = [disc(8, 8, 5), disc(26, 26, 2)];
    const first = mask(size, (y, x) => heart(y, x) || stray(y, x));
    const second = mask(size, stray);
    const background = (values: number[]) => values.map((value) => 1 - value);
    const none = mask(size, () => false);
    const classes = constant([background(first), first, none, background(second), none, second].flat(), [
      2,
      3,
      size,
      size,
    ]);
    const { y } = await evaluate({ y: withoutStrayParts(classes) });
    const cleaned = mask(size, heart);
    expect(y).toEqual([background(cleaned), cleaned, none, background(second), none, second].flat());
  });
});
