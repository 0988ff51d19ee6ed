import { distanceTransform } from '../../imaging/distance.ts';
import type { Plane } from './plane.ts';

/**
 * The slices between two labelled ones by shape-based interpolation (S. Raya and J. Udupa, IEEE TMI 9, 1990): every class is
 * the signed distance to its border, positive inside; between the slices distances change evenly, and a pixel gets the class
 * with the largest positive one. A class that only one of the two slices has ends there.
 *
 * @param between number of slices between the two
 * @param spacing distance between pixel centres along [height, width]
 * @returns [height, width] for each slice between, in their order
 */
export function interpolate(
  below: Plane,
  above: Plane,
  between: number,
  spacing: readonly [number, number] = [1, 1],
): Uint8Array[] {
  const pixels = below.height * below.width;
  const slices = Array.from({ length: between }, () => new Uint8Array(pixels));
  const depths = slices.map(() => new Float64Array(pixels));
  const classes = [...new Set(below.data)].filter((label) => label !== 0 && above.data.includes(label));
  for (const label of classes) {
    const [start, end] = [signedDistance(below, label, spacing), signedDistance(above, label, spacing)];
    for (const [index, slice] of slices.entries()) {
      const share = (index + 1) / (between + 1);
      const deepest = depths[index] as Float64Array;
      for (let i = 0; i < pixels; i++) {
        const distance = (1 - share) * (start[i] as number) + share * (end[i] as number);
        if (distance <= (deepest[i] as number)) continue;
        deepest[i] = distance;
        slice[i] = label;
      }
    }
  }
  return slices;
}

/** Distance to the nearest pixel on the other side of the class's border: positive inside, negative outside. */
function signedDistance({ data, height, width }: Plane, label: number, [down, across]: readonly [number, number]) {
  const inside = data.map((value) => (value === label ? 1 : 0));
  const outside = inside.map((value) => 1 - value);
  const [shape, steps] = [[1, height, width] as const, [1, down, across] as const];
  const toInside = distanceTransform(inside, shape, steps);
  // A class that fills the slice has no border: the whole slice lies as deep as can be.
  const toOutside = distanceTransform(outside, shape, steps);
  return toInside.map((distance, i) => (distance > 0 ? -distance : Math.min(toOutside[i] as number, 1e6)));
}
