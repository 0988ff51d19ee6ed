import type { PlaneLayout } from '../../imaging/planes.ts';

/**
 * Size of a pixel of a cut, counted in pixels of a slice, as the brush is: across thick slices it reaches few of them.
 *
 * @returns along [rows, columns]
 */
export function brushPixel({ across, down, spacing: [rows, columns] }: PlaneLayout): readonly [number, number] {
  if (across === 0) return [1, 1];
  // One of the two lines runs within slices.
  return down === 0 ? [rows / columns, 1] : [1, columns / rows];
}
