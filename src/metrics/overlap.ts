import { PatchclError } from '../core/errors.ts';
import { IGNORED } from '../imaging/volume.ts';

/** Voxel counts of every class (index 0 is the background). */
export interface OverlapCounts {
  readonly prediction: Float64Array;
  readonly reference: Float64Array;
  /** Voxels that have the class in both. */
  readonly both: Float64Array;
}

/**
 * Counts what the overlap metrics need, in one pass. Voxels that the reference does not annotate (`IGNORED`) are not counted.
 *
 * @param prediction class indices, any shape.
 * @param reference class indices of the same voxels.
 * @param classes number of classes, background included.
 * @throws PatchclError `bad-data` when the lengths differ or a value is not a class index below `classes`.
 */
export function countOverlap(prediction: Uint8Array, reference: Uint8Array, classes: number): OverlapCounts {
  if (prediction.length !== reference.length) {
    throw new PatchclError(
      'bad-data',
      `the prediction has ${prediction.length} voxels but the reference has ${reference.length}`,
      { hint: 'Compare segmentations of the same scan.' },
    );
  }
  const counts = {
    prediction: new Float64Array(256),
    reference: new Float64Array(256),
    both: new Float64Array(256),
  };
  for (let i = 0; i < prediction.length; i++) {
    const p = prediction[i] as number;
    const r = reference[i] as number;
    if (r === IGNORED) continue;
    counts.prediction[p] = (counts.prediction[p] as number) + 1;
    counts.reference[r] = (counts.reference[r] as number) + 1;
    if (p === r) counts.both[p] = (counts.both[p] as number) + 1;
  }
  refuseUnknown(counts.prediction, classes, 'prediction');
  refuseUnknown(counts.reference, classes, 'reference');
  return {
    prediction: counts.prediction.subarray(0, classes),
    reference: counts.reference.subarray(0, classes),
    both: counts.both.subarray(0, classes),
  };
}

/** Dice's coefficient 2|A ∩ B| / (|A| + |B|) of one class, in [0, 1]; 1 when neither has a voxel of it. */
export function dice(counts: OverlapCounts, klass: number): number {
  const sum = (counts.prediction[klass] as number) + (counts.reference[klass] as number);
  return sum === 0 ? 1 : (2 * (counts.both[klass] as number)) / sum;
}

/** Jaccard index |A ∩ B| / |A ∪ B| of one class, in [0, 1]; 1 when neither has a voxel of it. */
export function jaccard(counts: OverlapCounts, klass: number): number {
  const both = counts.both[klass] as number;
  const either = (counts.prediction[klass] as number) + (counts.reference[klass] as number) - both;
  return either === 0 ? 1 : both / either;
}

/** TP / (TP + FN) of one class; null where the reference has none of it and the prediction has, 1 when neither has. */
export function sensitivity(counts: OverlapCounts, klass: number): number | null {
  return share(counts.both[klass] as number, counts.reference[klass] as number, counts.prediction[klass] as number);
}

/** TP / (TP + FP) of one class; null where the prediction has none of it and the reference has, 1 when neither has. */
export function precision(counts: OverlapCounts, klass: number): number | null {
  return share(counts.both[klass] as number, counts.prediction[klass] as number, counts.reference[klass] as number);
}

/**
 * (|prediction| - |reference|) / |reference| of one class, above 0 where too much was found: medpy's `ravd`. Null where the reference
 * has none of it and the prediction has, 0 when neither has.
 */
export function volumeDifference(counts: OverlapCounts, klass: number): number | null {
  const [found, wanted] = [counts.prediction[klass] as number, counts.reference[klass] as number];
  if (wanted === 0) return found === 0 ? 0 : null;
  return (found - wanted) / wanted;
}

function share(part: number, whole: number, other: number): number | null {
  if (whole === 0) return other === 0 ? 1 : null;
  return part / whole;
}

function refuseUnknown(counts: Float64Array, classes: number, who: string): void {
  const unknown = counts.findIndex((count, klass) => klass >= classes && count > 0);
  if (unknown !== -1) {
    throw new PatchclError('bad-data', `the ${who} has label ${unknown}, expected 0 to ${classes - 1}`, {
      hint: 'Check that the masks and the list of classes belong to the same data set.',
    });
  }
}
