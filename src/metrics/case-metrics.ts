import { PatchclError } from '../core/errors.ts';
import { type Geometry, IGNORED, ignoredAsBackground, type LabelVolume } from '../imaging/volume.ts';
import { countLesions, type LesionCounts, lesionF1, lesionPrecision, lesionSensitivity } from './lesions.ts';
import { countOverlap, dice, jaccard, precision, sensitivity, volumeDifference } from './overlap.ts';
import { averageSurfaceDistance, hd95, surfaceDice, surfaceDistances } from './surface-distance.ts';

/** The metrics of a case that every table shows, in their order. */
export const METRICS = ['dice', 'jaccard', 'hd95', 'asd'] as const;
export type Metric = (typeof METRICS)[number];

/** Metrics that stand beside them; scores of early versions have none of these, and the last four are there where asked for. */
export const MORE_METRICS = [
  ...(['sensitivity', 'precision', 'volumeDifference'] as const),
  ...(['surfaceDice', 'lesionSensitivity', 'lesionPrecision', 'lesionF1'] as const),
] as const;
export type MoreMetric = (typeof MORE_METRICS)[number];
export type AnyMetric = Metric | MoreMetric;

/** One value per foreground class 1, 2, ...; null where undefined, and of classes that no mask has (`withoutAbsent`). */
export type PerClass = readonly (number | null)[];

/** Metrics of one case; every array is over the foreground classes 1, 2, ... in this order. */
export interface CaseMetrics
  extends Readonly<Record<Metric, PerClass>>,
    Readonly<Partial<Record<MoreMetric, PerClass>>> {
  /** Of `hd95`, the 95 % Hausdorff distance, and `asd`, the average symmetric surface distance. */
  readonly unit: Geometry['unit'];
  /** Voxels that have the class. */
  readonly voxels?: { readonly reference: readonly number[]; readonly prediction: readonly number[] };
  /** Connected parts, where asked for. */
  readonly lesions?: readonly LesionCounts[];
  /** There where only some slices of the scan are annotated: overlap is counted on those, distances and parts are null. */
  readonly isPartial?: true;
}

/** What is measured beyond what always is. */
export interface MetricOptions {
  /** Adds `surfaceDice`: distance up to which surfaces agree, in the unit of the reference. */
  readonly tolerance?: number | undefined;
  /** Adds metrics per connected part: least share of a part that has to lie in the other mask for it to count as met, in [0, 1]. */
  readonly lesionOverlap?: number | undefined;
  /**
   * Whether the masks are some slices of a scan, with others left out between or beside them: what lies behind the last one, and how far
   * away the next one is, is not known. Default: they are whole.
   */
  readonly isPartial?: boolean | undefined;
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
 * Of a scan of which only some slices are annotated (`isPartial`) distances and parts are null: they would be measured across the
 * slices that are left out.
 *
 * Voxels that the reference does not annotate (`IGNORED`) take no part: both sides count as empty there.
 *
 * @param classes number of classes, background included.
 * @throws PatchclError `bad-data` when the shapes differ or a value is not a class index below `classes`.
 */
export function evaluateCase(
  prediction: LabelVolume,
  reference: LabelVolume,
  classes: number,
  { tolerance, lesionOverlap, isPartial = false }: MetricOptions = {},
): CaseMetrics {
  const { shape, geometry } = reference;
  if (prediction.shape.some((extent, axis) => extent !== shape[axis])) {
    throw new PatchclError(
      'bad-data',
      `the prediction has ${prediction.shape.join(' x ')} voxels (depth x height x width) but the reference has ${shape.join(' x ')}`,
      { hint: 'Compare segmentations of the same scan, in its native size.' },
    );
  }
  const counts = countOverlap(prediction.data, reference.data, classes);
  const [predicted, referred] = annotatedPart(prediction, reference);
  const foreground = Array.from({ length: classes - 1 }, (_, i) => i + 1);
  const surfaces = foreground.map((klass) => {
    if (isPartial) return undefined;
    if (counts.prediction[klass] === 0 && counts.reference[klass] === 0) return 'agree';
    return surfaceDistances(predicted, referred, klass, shape, geometry.spacing);
  });
  const distance = (
    agreeing: number,
    measure: (distances: NonNullable<ReturnType<typeof surfaceDistances>>) => number,
  ) => surfaces.map((found) => (found === 'agree' ? agreeing : found === undefined ? null : measure(found)));
  const each = <T>(metric: (counted: typeof counts, klass: number) => T) =>
    foreground.map((klass) => metric(counts, klass));
  const lesions =
    lesionOverlap === undefined || isPartial
      ? undefined
      : foreground.map((klass) => countLesions(predicted, referred, { klass, shape, overlap: lesionOverlap }));
  return {
    dice: each(dice),
    jaccard: each(jaccard),
    hd95: distance(0, hd95),
    asd: distance(0, averageSurfaceDistance),
    unit: geometry.unit,
    sensitivity: each(sensitivity),
    precision: each(precision),
    volumeDifference: each(volumeDifference),
    ...(tolerance !== undefined && {
      surfaceDice: distance(1, (found) => surfaceDice(found, tolerance)).map((value) =>
        isPartial ? null : (value ?? 0),
      ),
    }),
    voxels: {
      reference: foreground.map((klass) => counts.reference[klass] as number),
      prediction: foreground.map((klass) => counts.prediction[klass] as number),
    },
    ...(lesions && {
      lesions,
      lesionSensitivity: lesions.map(lesionSensitivity),
      lesionPrecision: lesions.map(lesionPrecision),
      lesionF1: lesions.map(lesionF1),
    }),
    ...(isPartial && { isPartial, ...(lesionOverlap !== undefined && withoutLesions(foreground.length)) }),
  };
}

/** Where parts cannot be told from each other. */
function withoutLesions(count: number) {
  const unknown = Array<null>(count).fill(null);
  return { lesionSensitivity: unknown, lesionPrecision: unknown, lesionF1: unknown };
}

/** Both sides with background where the reference is not annotated. */
function annotatedPart(prediction: LabelVolume, reference: LabelVolume): readonly [Uint8Array, Uint8Array] {
  const annotated = ignoredAsBackground(reference);
  if (annotated === reference) return [prediction.data, reference.data];
  return [prediction.data.map((value, i) => (reference.data[i] === IGNORED ? 0 : value)), annotated.data];
}
