import type { RunNetwork } from './run-slices.ts';

/** Whether rows and columns are mirrored: an image as it is, and its three mirror images. */
const MIRRORS = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;

/** Planes of `size` x `size` with the order of their rows, of their columns, or of both reversed. Its own inverse. */
export function mirrored(
  planes: Float32Array,
  size: number,
  [rows, columns]: readonly [boolean, boolean],
): Float32Array {
  if (!rows && !columns) return planes;
  const result = new Float32Array(planes.length);
  for (let start = 0; start < planes.length; start += size) {
    const [plane, row] = [Math.floor(start / (size * size)), Math.floor(start / size) % size];
    const from = planes.subarray(start, start + size);
    result.set(columns ? from.toReversed() : from, (plane * size + (rows ? size - 1 - row : row)) * size);
  }
  return result;
}

/**
 * A network that is asked about every image and its three mirror images, and answers with the mean. What does not depend on
 * how an image lies comes out the same four times; what does is averaged out. Costs four times as much.
 *
 * @param size of the images, pixels per side
 */
export function withFlips(run: RunNetwork, size: number): RunNetwork {
  return async function* (images) {
    let sum = new Float32Array();
    let index = 0;
    for await (const probabilities of run(allMirrored(images, size))) {
      const turn = index++ % MIRRORS.length;
      if (turn === 0) sum = new Float32Array(probabilities.length);
      const home = mirrored(probabilities, size, MIRRORS[turn] as (typeof MIRRORS)[number]);
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (home[i] as number) / MIRRORS.length;
      if (turn === MIRRORS.length - 1) yield sum;
    }
  };
}

function* allMirrored(images: Iterable<Float32Array>, size: number): Generator<Float32Array> {
  for (const image of images) for (const mirror of MIRRORS) yield mirrored(image, size, mirror);
}
