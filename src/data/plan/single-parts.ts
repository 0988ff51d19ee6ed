import { connectedComponents, largestComponents } from '../../imaging/components.ts';
import type { Extent } from '../../imaging/distance.ts';
import { IGNORED, type LabelVolume } from '../../imaging/volume.ts';

/** Foreground classes that are one connected part wherever they occur, as organs are of which there is one. */
export interface SingleParts {
  readonly inScans: readonly number[];
  readonly inSlices: readonly number[];
}

/** Least mean share of a class that lies in its largest part: a lost pixel of a mask drawn by hand is no second part. */
const WHOLE = 0.99;

/** Finds classes in one part, from one mask after the other. */
export class PartsTally {
  readonly #scans = new Shares();
  readonly #slices = new Shares();

  /**
   * What is annotated in part says nothing of parts: neither does a scan some of whose slices or pixels are not, nor such a slice.
   *
   * @param mask in the orientation in which it is cut into slices
   * @param isWhole whether all its slices are annotated
   */
  add({ data, shape }: LabelVolume, isWhole: boolean): void {
    if (isWhole && !data.includes(IGNORED)) this.#scans.add(data, shape);
    const [depth, height, width] = shape;
    const pixels = height * width;
    for (let z = 0; z < depth; z++) {
      const slice = data.subarray(z * pixels, (z + 1) * pixels);
      if (!slice.includes(IGNORED)) this.#slices.add(slice, [1, height, width]);
    }
  }

  result(): SingleParts {
    return { inScans: this.#scans.whole(), inSlices: this.#slices.whole() };
  }
}

/** How much of each class lies in its largest part, summed over masks that have it. */
class Shares {
  readonly #sums = new Float64Array(256);
  readonly #counts = new Int32Array(256);

  add(data: Uint8Array, shape: Extent): void {
    const components = connectedComponents(data, shape);
    const { classOf, largest } = largestComponents(data, components);
    const total = new Int32Array(256);
    classOf.forEach((klass, c) => {
      total[klass] = (total[klass] as number) + (components.sizes[c] as number);
    });
    for (let klass = 1; klass < 256; klass++) {
      if (total[klass] === 0) continue;
      const share = (components.sizes[largest[klass] as number] as number) / (total[klass] as number);
      this.#sums[klass] = (this.#sums[klass] as number) + share;
      this.#counts[klass] = (this.#counts[klass] as number) + 1;
    }
  }

  whole(): number[] {
    const classes = Array.from(this.#counts, (_, klass) => klass);
    return classes.filter((klass) => {
      const count = this.#counts[klass] as number;
      return count > 0 && (this.#sums[klass] as number) / count >= WHOLE;
    });
  }
}
