import type { Size } from '../../imaging/resize.ts';
import type { TileOrigin } from './grid.ts';

/** Standard deviation of the weight, as a fraction of a tile's side (F. Isensee et al., nnU-Net, 2021). */
const SIGMA = 1 / 8;
/** Corners count a little: where no other tile reaches, they are all there is. */
const LEAST = 1e-3;

/**
 * Puts the class probabilities of overlapping tiles together. Each tile counts most in its middle, where the network has
 * seen what is around: its weight is a Gaussian of the distance from the tile's centre, so that no seam shows.
 *
 * @example
 * const blender = new TileBlender([500, 500], 96, 2);
 * for (const origin of tileGrid([500, 500], 96, 0.25)) blender.add(probabilitiesAt(origin), origin);
 * const probabilities = blender.result();
 */
export class TileBlender {
  readonly #extent: Size;
  readonly #size: number;
  readonly #classes: number;
  readonly #along: Float64Array;
  readonly #sums: Float32Array;
  readonly #weights: Float32Array;

  /**
   * @param extent [height, width] of the picture
   * @param size side of a tile
   */
  constructor(extent: Size, size: number, classes: number) {
    this.#extent = extent;
    this.#size = size;
    this.#classes = classes;
    const centre = (size - 1) / 2;
    this.#along = Float64Array.from({ length: size }, (_, i) => Math.exp(-0.5 * ((i - centre) / (SIGMA * size)) ** 2));
    this.#sums = new Float32Array(classes * extent[0] * extent[1]);
    this.#weights = new Float32Array(extent[0] * extent[1]);
  }

  /** @param probabilities [classes, size, size]; what lies outside the picture is left out */
  add(probabilities: Float32Array, { top, left }: TileOrigin): void {
    const [height, width] = this.#extent;
    const size = this.#size;
    const pixels = height * width;
    const firstX = Math.max(0, -left);
    const endX = Math.min(size, width - left);
    for (let y = Math.max(0, -top); y < Math.min(size, height - top); y++) {
      for (let x = firstX; x < endX; x++) {
        const weight = Math.max(LEAST, (this.#along[y] as number) * (this.#along[x] as number));
        const at = (top + y) * width + left + x;
        this.#weights[at] = (this.#weights[at] as number) + weight;
        for (let k = 0; k < this.#classes; k++) {
          const sum = this.#sums[k * pixels + at] as number;
          this.#sums[k * pixels + at] = sum + weight * (probabilities[(k * size + y) * size + x] as number);
        }
      }
    }
  }

  /** [classes, height, width]; call it once, when all tiles are in. */
  result(): Float32Array {
    const pixels = this.#weights.length;
    for (let i = 0; i < this.#sums.length; i++) {
      this.#sums[i] = (this.#sums[i] as number) / (this.#weights[i % pixels] as number);
    }
    return this.#sums;
  }
}
