import { spread } from '../../core/spread.ts';
import { connectedComponents } from '../../imaging/components.ts';
import type { Extent } from '../../imaging/distance.ts';
import { type Orientation, reorient } from '../../imaging/orientation.ts';
import type { LabelVolume } from '../../imaging/volume.ts';
import type { Case } from '../dataset.ts';
import { readCase } from '../read-case.ts';

/** Foreground classes that are one connected part wherever they occur, as organs are of which there is one. */
export interface SingleParts {
  readonly inScans: readonly number[];
  readonly inSlices: readonly number[];
}

/** Least mean share of a class that lies in its largest part: a lost pixel of a mask drawn by hand is no second part. */
const WHOLE = 0.99;

/**
 * Looks for them in masks that training may see. Scans of which only some slices are annotated say nothing of parts in scans.
 *
 * @param orientation to which scans are brought before they are cut into slices; undefined when they are cut as stored
 * @param most masks that are looked at
 */
export async function singleParts(
  labelled: readonly Case[],
  orientation: Orientation | undefined,
  most: number,
): Promise<SingleParts> {
  const [scans, slices] = [new Shares(), new Shares()];
  for (const item of spread(labelled, most)) {
    if (item.label === undefined) continue;
    const { label } = await readCase(item, 256);
    const turned = orientation === undefined ? (label as LabelVolume) : reorient(label as LabelVolume, orientation);
    const [depth, height, width] = turned.shape;
    if (item.labelledSlices === undefined) scans.add(turned.data, turned.shape);
    const pixels = height * width;
    for (let z = 0; z < depth; z++) {
      slices.add(turned.data.subarray(z * pixels, (z + 1) * pixels), [1, height, width]);
    }
  }
  return { inScans: scans.whole(), inSlices: slices.whole() };
}

/** How much of each class lies in its largest part, summed over masks that have it. */
class Shares {
  readonly #sums = new Float64Array(256);
  readonly #counts = new Int32Array(256);

  add(data: Uint8Array, shape: Extent): void {
    const { labels, sizes } = connectedComponents(data, shape);
    const [total, largest] = [new Int32Array(256), new Int32Array(256)];
    for (let i = 0; i < data.length; i++) {
      const klass = data[i] as number;
      if (klass === 0) continue;
      total[klass] = (total[klass] as number) + 1;
      largest[klass] = Math.max(largest[klass] as number, sizes[labels[i] as number] as number);
    }
    for (let klass = 1; klass < 256; klass++) {
      if (total[klass] === 0) continue;
      this.#sums[klass] = (this.#sums[klass] as number) + (largest[klass] as number) / (total[klass] as number);
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
