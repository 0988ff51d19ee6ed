import { append } from '../../core/lists.ts';
import { connectedComponents } from '../../imaging/components.ts';
import { ignoredAsBackground, type LabelVolume } from '../../imaging/volume.ts';
import { keptWindow } from '../crop.ts';
import type { Case } from '../dataset.ts';
import type { Preparation } from '../preparation.ts';
import { orient } from '../prepare.ts';
import { readCase } from '../read-case.ts';

/** Shrinking by less leaves enough to see. */
const SHRINKS = 2;
/** What is fewer pixels across once it has been shrunk is lost, or nearly so. */
const LEAST_ACROSS = 8;
/** Labelled scans looked at. */
const LOOKED_AT = 12;

/**
 * Whether resizing whole slices would lose what is looked for, as in histology, where many small things lie in a large
 * picture: slices would shrink by more than 2, and half of the foreground of the labelled masks belongs to connected parts
 * that would then be fewer than 8 pixels across. An organ is larger than that, and is better found when all of the slice is
 * seen at once. Only masks that training may see are read.
 */
export async function needsTiles(labelled: readonly Case[], preparation: Preparation): Promise<boolean> {
  const step = Math.max(1, Math.ceil(labelled.length / LOOKED_AT));
  const shrinks: number[] = [];
  const parts: Part[] = [];
  for (let at = 0; at < labelled.length; at += step) {
    const { label } = await readCase(labelled[at] as Case, 256);
    if (label === undefined) continue;
    const turned = orient(ignoredAsBackground(label), preparation);
    const [, height, width] = turned.shape;
    const window = keptWindow([height, width], preparation);
    const shrink = Math.max(window.height, window.width) / preparation.size;
    shrinks.push(shrink);
    if (shrink > 1) append(parts, partsOf(turned, shrink));
  }
  const shrink = weightedMedian(shrinks.map((value) => ({ value, weight: 1 })));
  const across = weightedMedian(parts.map(({ pixels, across: value }) => ({ value, weight: pixels })));
  return shrink > SHRINKS && across < LEAST_ACROSS;
}

/** A connected part of the foreground in one slice. */
interface Part {
  readonly pixels: number;
  /** Diameter of a disc of its area, once shrunk, in pixels. */
  readonly across: number;
}

function partsOf({ data, shape: [depth, height, width] }: LabelVolume, shrink: number): Part[] {
  return Array.from({ length: depth }, (_, z) => {
    const slice = data.subarray(z * height * width, (z + 1) * height * width);
    const { sizes } = connectedComponents(slice, [1, height, width]);
    return Array.from(sizes.subarray(1), (pixels) => ({ pixels, across: Math.sqrt((4 * pixels) / Math.PI) / shrink }));
  }).flat();
}

/** The value that half of the weight lies at or below; NaN of nothing. */
function weightedMedian(items: readonly { readonly value: number; readonly weight: number }[]): number {
  const sorted = items.toSorted((a, b) => a.value - b.value);
  let left = items.reduce((total, { weight }) => total + weight, 0) / 2;
  for (const { value, weight } of sorted) {
    left -= weight;
    if (left <= 0) return value;
  }
  return Number.NaN;
}
