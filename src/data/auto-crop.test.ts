import { describe, expect, it } from 'vitest';
import { PIXEL_GEOMETRY } from '../imaging/volume.ts';
import { foregroundCrop, foregroundExtent } from './auto-crop.ts';

function mask(height: number, width: number, points: readonly (readonly [number, number])[]) {
  const data = new Uint8Array(height * width);
  for (const [y, x] of points) data[y * width + x] = 1;
  return { data, shape: [1, height, width] as const, geometry: PIXEL_GEOMETRY };
}

describe('foregroundExtent', () => {
  it.each([
    ['nothing', [], 0],
    [
      'the four central pixels',
      [
        [4, 4],
        [5, 5],
      ],
      0.2,
    ],
    ['a corner', [[0, 0]], 1],
    ['the farther of two sides', [[5, 7]], 0.6],
  ] as const)('%s', (_, points, expected) => {
    expect(foregroundExtent(mask(10, 10, points))).toBeCloseTo(expected);
  });
});

describe('foregroundCrop', () => {
  const item = (label: ReturnType<typeof mask>) => ({
    id: 'a',
    patient: 'a',
    image: () => Promise.reject(new Error('images are not needed')),
    label: () => Promise.resolve(label),
  });

  it('adds the margin to the farthest mask and rounds up', async () => {
    expect(await foregroundCrop([item(mask(10, 10, [[5, 5]])), item(mask(10, 10, [[5, 7]]))])).toBe(0.7);
  });

  it('keeps everything when foreground reaches the border, or when there is none', async () => {
    expect(await foregroundCrop([item(mask(10, 10, [[0, 5]]))])).toBe(1);
    expect(await foregroundCrop([item(mask(10, 10, []))])).toBe(1);
  });
});
