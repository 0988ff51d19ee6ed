import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import { constant, integers } from '../../graph/leaf.ts';
import { evaluate } from '../../testing/evaluate.ts';
import type { PatchGrid } from './geometry.ts';
import { attendedPatches } from './patches.ts';
import { cut } from './testing/naive.ts';

const SIZE = 12;
const GRID: PatchGrid = { size: 4, stride: 2, perSide: 5, blocksPerSide: 6 };

describe('attendedPatches', () => {
  it.each([
    [1, 1, 2],
    [2, 1, 3],
    [3, 3, 2],
  ])('%i image(s), %i channel(s), %i classes: as cut one by one', async (count, channels, classes) => {
    const rng = new Rng(count, channels, classes);
    const draw = (depth: number) => Array.from({ length: count * depth * SIZE * SIZE }, () => rng.float());
    const images = { count, channels, size: SIZE, data: draw(channels) };
    const confidences = { count, channels: classes, size: SIZE, data: draw(classes) };
    const perClass = 4;
    const last = count * GRID.perSide ** 2 - 1;
    const picks = Array.from({ length: classes * perClass }, (_, i) =>
      i === 0 ? 0 : i === 1 ? last : rng.int(last + 1),
    );
    const { y } = await evaluate({
      y: attendedPatches(
        constant(images.data, [count, channels, SIZE, SIZE]),
        constant(confidences.data, [count, classes, SIZE, SIZE]),
        integers(picks, [classes, perClass]),
        GRID,
      ),
    });
    const expected = picks.flatMap((patch, i) => {
      const confidence = cut(confidences, Math.floor(i / perClass), patch, GRID);
      return Array.from({ length: channels }, (_, c) =>
        cut(images, c, patch, GRID).map((value, m) =>
          Math.fround(Math.fround(value) * Math.fround(confidence[m] as number)),
        ),
      ).flat();
    });
    expect(y).toEqual(expected);
  });
});
