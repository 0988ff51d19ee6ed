import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import { type Affine, type Frame, resampleImage, resampleLabel } from './affine.ts';

const clamp = (value: number, last: number) => Math.min(Math.max(value, 0), last);

/** Source position of an output pixel, by the definition of {@link Affine}. */
function position({ xx, xy, yx, yy, shiftX, shiftY }: Affine, frame: Frame, size: number, [x, y]: [number, number]) {
  const [dx, dy] = [x - (size - 1) / 2 - shiftX * size, y - (size - 1) / 2 - shiftY * size];
  return [frame.centreX + xx * dx + xy * dy, frame.centreY + yx * dx + yy * dy] as const;
}

const cases = fc.record({
  seed: fc.nat(),
  size: fc.integer({ min: 1, max: 12 }),
  height: fc.integer({ min: 1, max: 14 }),
  width: fc.integer({ min: 1, max: 14 }),
  channels: fc.integer({ min: 1, max: 3 }),
});

function drawn(seed: number, height: number, width: number) {
  const rng = new Rng(seed, 'affine');
  const term = () => (rng.chance(0.3) ? rng.int(3) - 1 : rng.uniform(-1.5, 1.5));
  const [xx, xy, yx, yy] = [term(), term(), term(), term()];
  const affine: Affine = { xx, xy, yx, yy, shiftX: rng.uniform(-0.5, 0.5), shiftY: rng.uniform(-0.5, 0.5) };
  const frame = { height, width, centreY: rng.uniform(-2, height + 2), centreX: rng.uniform(-2, width + 2) };
  return { rng, affine, frame };
}

describe('resampling', () => {
  it('is bilinear for images of any channels, with the border continued', () => {
    fc.assert(
      fc.property(cases, ({ seed, size, height, width, channels }) => {
        const { rng, affine, frame } = drawn(seed, height, width);
        const source = Float32Array.from({ length: channels * height * width }, () => rng.float());
        const target = new Float32Array(channels * size * size);
        resampleImage(source, frame, target, size, affine);
        target.forEach((value, i) => {
          const [plane, x, y] = [Math.floor(i / size ** 2), i % size, Math.floor(i / size) % size];
          const [sx, sy] = position(affine, frame, size, [x, y]);
          const pixel = (row: number, column: number) =>
            source[(plane * height + clamp(row, height - 1)) * width + clamp(column, width - 1)] as number;
          const [left, top] = [Math.floor(sx), Math.floor(sy)];
          const along = (row: number) => pixel(row, left) * (1 - sx + left) + pixel(row, left + 1) * (sx - left);
          expect(value).toBeCloseTo(along(top) * (1 - sy + top) + along(top + 1) * (sy - top), 5);
        });
      }),
    );
  });

  it('takes the nearest label, with the border continued', () => {
    fc.assert(
      fc.property(cases, ({ seed, size, height, width }) => {
        const { rng, affine, frame } = drawn(seed, height, width);
        const source = Uint8Array.from({ length: height * width }, () => rng.int(256));
        const target = new Int32Array(size * size);
        resampleLabel(source, frame, target, size, affine);
        target.forEach((value, i) => {
          const [sx, sy] = position(affine, frame, size, [i % size, Math.floor(i / size)]);
          // Half-way between two pixels rounding decides.
          if ([sx, sy].some((at) => Math.abs(at - Math.floor(at) - 0.5) < 1e-9)) return;
          expect(value).toBe(source[clamp(Math.round(sy), height - 1) * width + clamp(Math.round(sx), width - 1)]);
        });
      }),
    );
  });
});
