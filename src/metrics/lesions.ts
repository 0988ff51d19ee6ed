import { connectedComponents } from '../imaging/components.ts';
import type { Extent } from '../imaging/distance.ts';

/** Connected parts of one class on both sides, and how many of them meet the other side. */
export interface LesionCounts {
  /** Lesions of the reference, and those of them that were found. */
  readonly reference: number;
  readonly found: number;
  /** Lesions of the prediction, and those of them that are real. */
  readonly predicted: number;
  readonly real: number;
}

/**
 * Counts lesions: connected parts, over corners too (26 neighbours, 8 in a picture). One counts as found, or as real, when at least
 * the share `overlap` of its voxels lies in the other mask, and at least one voxel.
 *
 * @param prediction class indices, C-ordered [depth, height, width]
 * @param reference class indices of the same voxels
 * @param overlap in [0, 1]
 */
export function countLesions(
  prediction: Uint8Array,
  reference: Uint8Array,
  { klass, shape, overlap }: { readonly klass: number; readonly shape: Extent; readonly overlap: number },
): LesionCounts {
  const [predicted, referred] = [prediction, reference].map((data) => data.map((value) => (value === klass ? 1 : 0)));
  const found = partsThatMeet(referred as Uint8Array, predicted as Uint8Array, shape, overlap);
  const real = partsThatMeet(predicted as Uint8Array, referred as Uint8Array, shape, overlap);
  return { reference: found.parts, found: found.meet, predicted: real.parts, real: real.meet };
}

/** Share of the lesions that were found; null where there are none and some were predicted, 1 when there is nothing on both sides. */
export function lesionSensitivity({ reference, found, predicted }: LesionCounts): number | null {
  if (reference === 0) return predicted === 0 ? 1 : null;
  return found / reference;
}

/** Share of the predicted lesions that are real; null where none was predicted and there are some, 1 when there is nothing on both sides. */
export function lesionPrecision({ reference, predicted, real }: LesionCounts): number | null {
  if (predicted === 0) return reference === 0 ? 1 : null;
  return real / predicted;
}

/** 2 TP / (2 TP + FP + FN), TP being lesions that were found; 1 when there is nothing on both sides. */
export function lesionF1({ reference, found, predicted, real }: LesionCounts): number {
  const total = 2 * found + (predicted - real) + (reference - found);
  return total === 0 ? 1 : (2 * found) / total;
}

function partsThatMeet(mask: Uint8Array, other: Uint8Array, shape: Extent, overlap: number) {
  const { labels, sizes } = connectedComponents(mask, shape);
  const shared = new Float64Array(sizes.length);
  for (let i = 0; i < labels.length; i++) {
    const part = labels[i] as number;
    if (other[i] === 1) shared[part] = (shared[part] as number) + 1;
  }
  let meet = 0;
  for (let part = 1; part < sizes.length; part++) {
    const count = shared[part] as number;
    if (count > 0 && count >= overlap * (sizes[part] as number)) meet++;
  }
  return { parts: sizes.length - 1, meet };
}
