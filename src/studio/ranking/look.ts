import type { Volume } from '../../imaging/volume.ts';

/** Parts along depth, height and width. */
const PARTS = 4;

/**
 * What a scan looks like, coarsely: mean intensities of its first channel in 4 x 4 x 4 parts, less their mean and divided by
 * their standard deviation, so that a scanner's brightness and contrast do not count. All 0 for a scan of one shade.
 */
export function lookOf({ data, shape: [, depth, height, width] }: Volume): number[] {
  const [zs, ys, xs] = [parts(depth), parts(height), parts(width)];
  const means: number[] = [];
  for (const z of zs) {
    for (const y of ys) {
      for (const x of xs) means.push(meanIn(data, [height, width], { z, y, x }));
    }
  }
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  const deviation = Math.sqrt(means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / means.length);
  // Three digits tell scans apart; more would only be stored.
  return means.map((value) => (deviation > 0 ? Math.round((1000 * (value - mean)) / deviation) / 1000 : 0));
}

/** How unlike two looks are: the root of their mean square difference, from 0 to 2. */
export function unlikeness(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return Math.sqrt(sum / a.length);
}

type Range = readonly [number, number];

/** From and to of each part; parts of a side that is shorter than they are many repeat its voxels. */
function parts(length: number): Range[] {
  return Array.from({ length: PARTS }, (_, i) => {
    const from = Math.floor((i * length) / PARTS);
    return [from, Math.max(from + 1, Math.floor(((i + 1) * length) / PARTS))] as const;
  });
}

/** Mean of what is finite. */
function meanIn(
  data: Float32Array,
  [height, width]: Range,
  { z: [z0, z1], y: [y0, y1], x: [x0, x1] }: { readonly z: Range; readonly y: Range; readonly x: Range },
): number {
  let [sum, count] = [0, 0];
  for (let z = z0; z < z1; z++) {
    for (let y = y0; y < y1; y++) {
      for (let x = x0; x < x1; x++) {
        const value = data[(z * height + y) * width + x] as number;
        if (!Number.isFinite(value)) continue;
        sum += value;
        count++;
      }
    }
  }
  return count > 0 ? sum / count : 0;
}
