import type { Rng } from '../../core/rng.ts';

/** How boxes are drawn that images exchange. */
export interface BoxOptions {
  /** Share of images that exchange one, in [0, 1]. */
  readonly probability: number;
  /** Smallest and largest area, as a share of the image's. */
  readonly area: readonly [number, number];
  /** Largest ratio of height and width, either way; 1 is square. */
  readonly aspect: number;
}

/**
 * Boxes anywhere within square images: area uniform, ratio uniform in its logarithm.
 *
 * @returns [count, size, size]: 1 within the box, else 0
 */
export function drawBoxes(
  count: number,
  size: number,
  { probability, area, aspect }: BoxOptions,
  rng: Rng,
): Float32Array {
  const planes = new Float32Array(count * size * size);
  for (let n = 0; n < count; n++) {
    const share = rng.uniform(...area);
    const ratio = Math.exp(rng.uniform(-1, 1) * Math.log(aspect));
    const side = (factor: number) => Math.min(size, Math.round(size * Math.sqrt(share * factor)));
    const [height, width] = [side(ratio), side(1 / ratio)];
    const [top, left] = [rng.int(size - height + 1), rng.int(size - width + 1)];
    if (!rng.chance(probability)) continue;
    for (let y = top; y < top + height; y++) {
      const row = (n * size + y) * size;
      planes.fill(1, row + left, row + left + width);
    }
  }
  return planes;
}
