import { largestOf } from '../core/lists.ts';
import { type Orientation, reorient } from '../imaging/orientation.ts';
import { IGNORED, type LabelVolume } from '../imaging/volume.ts';
import { mapConcurrently } from './concurrency.ts';
import type { Case } from './dataset.ts';
import { readCase } from './read-case.ts';

/** The labelled patients show only a part of how far foreground lies from the centre in others. */
const MARGIN = 1.15;
const STEP = 0.05;

/**
 * The fraction of each side, kept around the centre, that holds the foreground of all labelled training masks with 15 % to
 * spare, rounded up to a twentieth; 1 when foreground reaches the border. Only masks that training may see are read.
 *
 * @param orientation to which scans are brought before they are cut into slices; undefined when they are cut as stored
 */
export async function foregroundCrop(labelled: readonly Case[], orientation?: Orientation): Promise<number> {
  const extents = await mapConcurrently(labelled, 4, async (item) => {
    if (item.label === undefined) return 0;
    if (orientation === undefined) return foregroundExtent(await item.label());
    // How a mask lies is known from its image: many masks come with an affine that says nothing.
    const { label } = await readCase(item, 256);
    return foregroundExtent(reorient(label as LabelVolume, orientation));
  });
  const widest = largestOf(extents, 0);
  if (widest === 0) return 1;
  // The small subtraction keeps 0.7500000001 from becoming 0.8.
  return Math.min(1, Number((Math.ceil((widest * MARGIN) / STEP - 1e-9) * STEP).toFixed(2)));
}

/** How far foreground reaches from the centre, in either direction, as a fraction of half the side; 0 without any. */
export function foregroundExtent({ data, shape }: LabelVolume): number {
  const [depth, height, width] = shape;
  let farthest = 0;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const klass = data[(z * height + y) * width + x];
        if (klass === 0 || klass === IGNORED) continue;
        // Outer edge of the pixel, so that a window of that size holds it whole.
        const vertical = (Math.abs(y + 0.5 - height / 2) + 0.5) / (height / 2);
        const horizontal = (Math.abs(x + 0.5 - width / 2) + 0.5) / (width / 2);
        farthest = Math.max(farthest, vertical, horizontal);
      }
    }
  }
  return Math.min(1, farthest);
}
