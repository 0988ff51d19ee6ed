import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import { TileBlender } from './blend.ts';
import { drawTile } from './draw-tile.ts';
import { tileGrid } from './grid.ts';

const extents = fc.tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 }));

describe('tileGrid', () => {
  it('covers the picture with the overlap asked for, and no tile more than needed', () => {
    fc.assert(
      fc.property(extents, fc.integer({ min: 1, max: 40 }), fc.constantFrom(0, 0.25, 0.5), (extent, size, overlap) => {
        const grid = tileGrid(extent, size, overlap);
        for (const [axis, name] of (['top', 'left'] as const).entries()) {
          const starts = [...new Set(grid.map((origin) => origin[name]))];
          const length = extent[axis] as number;
          if (length <= size) expect(starts).toEqual([Math.floor((length - size) / 2)]);
          else {
            expect([starts[0], starts.at(-1)]).toEqual([0, length - size]);
            starts.slice(1).forEach((start, i) => {
              // Half a pixel to either side comes from rounding.
              expect(start - (starts[i] as number)).toBeLessThanOrEqual(Math.max(1, size * (1 - overlap)) + 1);
            });
            expect((starts.length - 2) * Math.max(1, size * (1 - overlap))).toBeLessThan(length - size);
          }
        }
      }),
    );
  });

  it('goes row by row', () => {
    expect(tileGrid([10, 16], 10, 0.25)).toEqual([
      { top: 0, left: 0 },
      { top: 0, left: 6 },
    ]);
  });
});

describe('TileBlender', () => {
  /** Probabilities of two classes in a picture, from position alone. */
  const truth = (y: number, x: number) => 0.5 + 0.4 * Math.sin(y / 7 + x / 5);

  it('gives back what the tiles agree on, whatever their number, also of a picture smaller than a tile', () => {
    fc.assert(
      fc.property(extents, fc.integer({ min: 2, max: 40 }), ([height, width], size) => {
        const blender = new TileBlender([height, width], size, 2);
        for (const origin of tileGrid([height, width], size, 0.25)) {
          const tile = Float32Array.from({ length: size * size }, (_, i) =>
            truth(origin.top + Math.floor(i / size), origin.left + (i % size)),
          );
          blender.add(Float32Array.from([...tile, ...tile.map((p) => 1 - p)]), origin);
        }
        const blended = blender.result();
        for (let i = 0; i < height * width; i++) {
          const expected = truth(Math.floor(i / width), i % width);
          expect(Math.abs((blended[i] as number) - expected)).toBeLessThan(1e-5);
          expect(Math.abs((blended[height * width + i] as number) - (1 - expected))).toBeLessThan(1e-5);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('goes over smoothly between tiles that differ, and trusts the middle of each', () => {
    const [size, width] = [32, 56];
    const blender = new TileBlender([size, width], size, 1);
    blender.add(new Float32Array(size * size).fill(0), { top: 0, left: 0 });
    blender.add(new Float32Array(size * size).fill(1), { top: 0, left: 24 });
    const row = blender.result().subarray(16 * width, 17 * width);
    expect([row[16], row[23], row[32], row[40]]).toEqual([0, 0, 1, 1]);
    expect(row[27]).toBeCloseTo(1 - (row[28] as number), 6);
    row.slice(1).forEach((value, i) => {
      expect(value - (row[i] as number)).toBeGreaterThanOrEqual(0);
      expect(value - (row[i] as number)).toBeLessThan(0.51);
    });
  });
});

describe('drawTile', () => {
  it('lies within the picture, or around one that is smaller', () => {
    fc.assert(
      fc.property(extents, fc.integer({ min: 1, max: 60 }), fc.nat(), ([height, width], size, seed) => {
        const label = Uint8Array.from({ length: height * width }, (_, i) => (i % 7 === 3 ? 1 : 0));
        const { top, left } = drawTile([height, width], size, label, new Rng(seed));
        for (const [start, extent] of [
          [top, height],
          [left, width],
        ] as const) {
          if (extent <= size) expect(start).toBe(Math.floor((extent - size) / 2));
          else expect(start >= 0 && start + size <= extent).toBe(true);
        }
      }),
    );
  });

  it('finds rare classes half of the time, each as often, and is everywhere else', () => {
    const [side, size] = [200, 20];
    const label = new Uint8Array(side * side);
    label[30 * side + 40] = 1;
    for (let y = 150; y < 180; y++) label.fill(2, y * side + 100, y * side + 130);
    const draws = Array.from({ length: 2000 }, (_, seed) => drawTile([side, side], size, label, new Rng('tile', seed)));
    const holds = (y: number, x: number) =>
      draws.filter(({ top, left }) => top <= y && y < top + size && left <= x && x < left + size).length;
    expect(holds(30, 40) / draws.length).toBeGreaterThan(0.22);
    expect(holds(30, 40) / draws.length).toBeLessThan(0.3);
    const bare = Array.from({ length: 2000 }, (_, seed) => drawTile([side, side], size, undefined, new Rng(seed)));
    expect(new Set(bare.map(({ top }) => top)).size).toBe(side - size + 1);
  });
});
