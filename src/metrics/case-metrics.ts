import { PatchclError } from '../core/errors.ts';
import type { Geometry, LabelVolume } from '../imaging/volume.ts';
import { countOverlap, dice, jaccard } from './overlap.ts';
import { averageSurfaceDistance, hd95, surfaceDistances } from './surface-distance.ts';

/** The metrics of a case, in the order in which reports show them. */
export const METRICS = ['dice', 'jaccard', 'hd95', 'asd'] as const;
export type Metric = (typeof METRICS)[number];

/** Metrics of one case; every array is over the foreground classes 1, 2, ... in this order. */
export interface CaseMetrics {
  readonly dice: readonly number[];
  readonly jaccard: readonly number[];
  /** 95 % Hausdorff distance in `unit`; null where undefined. */
  readonly hd95: readonly (number | null)[];
  /** Average symmetric surface distance in `unit`; null where undefined. */
  readonly asd: readonly (number | null)[];
  readonly unit: Geometry['unit'];
}

/**
 * Compares a segmentation with its reference, class by class.
 *
 * Distances are measured in three dimensions with the reference's spacing (two for an image of depth 1). Empty masks:
 * - neither has the class: they agree, so Dice and Jaccard are 1 and the distances 0;
 * - exactly one has it: Dice and Jaccard are 0; the distances are undefined, since there is no surface to measure to. They
 *   are null (NaN is not JSON, and any number in its place would be invented) and left out of means, so a mean distance must
 *   be read together with Dice and with how many values were left out.
 *
 * @param classes number of classes, background included.
 * @throws PatchclError `bad-data` when the shapes differ or a value is not a class index below `classes`.
 */
export function evaluateCase(prediction: LabelVolume, reference: LabelVolume, classes: number): CaseMetrics {
  const { shape, geometry } = reference;
  if (prediction.shape.some((extent, axis) => extent !== shape[axis])) {
    throw new PatchclError(
      'bad-data',
      `the prediction has ${prediction.shape.join(' x ')} voxels (depth x height x width) but the reference has ${shape.join(' x ')}`,
      { hint: 'Compare segmentations of the same scan, in its native size.' },
    );
  }
  const counts = countOverlap(prediction.data, reference.data, classes);
  const foreground = Array.from({ length: classes - 1 }, (_, i) => i + 1);
  const distances = foreground.map((klass): { hd95: number | null; asd: number | null } => {
    if (counts.prediction[klass] === 0 && counts.reference[klass] === 0) return { hd95: 0, asd: 0 };
    const surfaces = surfaceDistances(prediction.data, reference.data, klass, shape, geometry.spacing);
    if (surfaces === undefined) return { hd95: null, asd: null };
    return { hd95: hd95(surfaces), asd: averageSurfaceDistance(surfaces) };
  });
  return {
    dice: foreground.map((klass) => dice(counts, klass)),
    jaccard: foreground.map((klass) => jaccard(counts, klass)),
    hd95: distances.map((distance) => distance.hd95),
    asd: distances.map((distance) => distance.asd),
    unit: geometry.unit,
  };
}
