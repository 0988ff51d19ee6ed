import {
  abs,
  add,
  averagePool2d,
  cast,
  constant,
  div,
  equal,
  extent,
  gatherAlong,
  greater,
  greaterOrEqual,
  imageShape,
  integers,
  less,
  log,
  maximum,
  mean,
  mul,
  neg,
  reshape,
  sub,
  type Tensor,
  top,
  transpose,
  where,
} from '../../graph/index.ts';
import type { ContrastSettings } from '../settings.ts';
import type { PatchGrid } from './geometry.ts';

/** Measures of every patch and class, each [K, B * perSide²]. */
export interface PatchMeasures {
  /** Avg^k_j, mean confidence: does the patch hold class k? */
  readonly confidence: Tensor;
  /** Ent^k_j, average patch entropy: class membership, doubt and appearance at once. */
  readonly entropy: Tensor;
}

/** Smallest argument of a logarithm, far below one grey level, so that F(0) = F(1) = 0 comes out. */
const TINY = 1e-12;

/** F(a) = -a log a - (1 - a) log(1 - a), elementwise for a in [0, 1]. */
export function binaryEntropy(a: Tensor): Tensor {
  const part = (value: Tensor) => mul(value, log(maximum(value, TINY)));
  return neg(add(part(a), part(sub(1, a))));
}

/** Least share of a patch that is annotated for it to be a candidate: of less, nothing can be said of the patch. */
const LEAST_ANNOTATED = 0.5;

/** What patches are measured on. */
export interface MeasuredImages {
  /** x in [0, 1], [B, C, S, S] */
  readonly images: Tensor;
  /** C^k, [B, K, S, S] */
  readonly confidences: Tensor;
  /** [B, 1, S, S]: 0 for pixels that are not annotated, else 1; absent where all are. */
  readonly annotated?: Tensor;
}

/**
 * Mean confidence and average patch entropy, both over the pixels that are annotated; no patch of which less than half is annotated
 * is a candidate. Several image channels are averaged into one intensity first.
 */
export function measurePatches({ images, confidences, annotated }: MeasuredImages, grid: PatchGrid): PatchMeasures {
  const [batch] = imageShape(confidences, 'measurePatches');
  const intensity = mean(images, { axes: [1], keepDims: true });
  const perPatch = (x: Tensor) => {
    const pooled = averagePool2d(x, grid.size, grid.stride);
    return reshape(transpose(pooled, [1, 0, 2, 3]), [extent(x.shape, 1), batch * grid.perSide ** 2]);
  };
  const confidence = perPatch(confidences);
  const entropy = perPatch(binaryEntropy(mul(intensity, confidences)));
  if (annotated === undefined) return { confidence, entropy };
  const share = perPatch(annotated); // [1, B * perSide²]
  const counted = maximum(share, LEAST_ANNOTATED);
  return {
    confidence: where(greaterOrEqual(share, LEAST_ANNOTATED), div(confidence, counted), -1),
    entropy: div(entropy, counted),
  };
}

/** Measures that leave unlabelled images out: no patch of theirs is a candidate. @param labelled patches, which come first */
export function labelledPatches({ confidence, entropy }: PatchMeasures, labelled: number): PatchMeasures {
  const count = confidence.shape[1] as number;
  const isLabelled = constant(
    Array.from({ length: count }, (_, j) => (j < labelled ? 1 : 0)),
    [1, count],
  );
  return { confidence: where(greater(isLabelled, 0.5), confidence, -1), entropy };
}

/** The patches that take part in one step's contrast, by their number in the batch. */
export interface PatchChoice {
  /** int64 [K, A] */
  readonly anchors: Tensor;
  /** [K, A]: 1 where the anchor is a candidate of its class, 0 for fillers. */
  readonly anchorValid: Tensor;
  /** int64 [K, A * N], anchor by anchor */
  readonly positives: Tensor;
  /** [K, A * N] */
  readonly positiveValid: Tensor;
}

/** Distance that no two entropies have. */
const FAR = 1e3;

/**
 * Anchors: A random candidates of every class, so that a rare class is not drowned. Positives of an anchor: the N other
 * candidates of its class whose entropy is nearest (or, for the ablation, whose confidence is, or random ones).
 *
 * @param random uniform in [0, 1), [2, K, B * perSide²]
 */
export function choosePatches(
  measures: PatchMeasures,
  random: readonly [Tensor, Tensor],
  settings: ContrastSettings,
): PatchChoice {
  const candidate = greaterOrEqual(measures.confidence, settings.delta);
  const { values: anchorScores, indices: anchors } = top(where(candidate, random[0], -1), settings.anchorsPerClass);
  const anchorValid = greaterOrEqual(anchorScores, 0);
  const positives = choosePositives({ anchors, anchorValid, measures }, measures, random[1], settings);
  return { anchors, anchorValid: cast(anchorValid, 'float32'), ...positives };
}

/** Anchors, by their number in the batch that they are of. */
interface ChosenAnchors {
  /** int64 [K, A] */
  readonly anchors: Tensor;
  /** bool [K, A] */
  readonly anchorValid: Tensor;
  readonly measures: PatchMeasures;
}

/**
 * The positives of anchors among the patches of a batch, the anchors' own one or another.
 *
 * @param random uniform in [0, 1), [K, patches], for random positives
 */
export function choosePositives(
  { anchors, anchorValid, measures: ofAnchors }: ChosenAnchors,
  measures: PatchMeasures,
  random: Tensor,
  { anchorsPerClass, positivesPerAnchor, delta, positives }: ContrastSettings,
): Pick<PatchChoice, 'positives' | 'positiveValid'> {
  const [classes, patches] = measures.entropy.shape as readonly [number, number];
  const candidate = greaterOrEqual(measures.confidence, delta);
  const isOneBatch = ofAnchors === measures;
  const likenessIn = (batch: PatchMeasures) =>
    ({ 'nearest-entropy': batch.entropy, 'nearest-confidence': batch.confidence, random })[positives];
  const likeness = likenessIn(measures);
  // Of random positives any is as near as another.
  const anchorLikeness =
    positives === 'random' && !isOneBatch
      ? constant(new Float32Array(classes * anchorsPerClass), [classes, anchorsPerClass, 1])
      : reshape(gatherAlong(likenessIn(ofAnchors), anchors, 1), [classes, anchorsPerClass, 1]);
  const distance = abs(sub(reshape(likeness, [classes, 1, patches]), anchorLikeness)); // [K, A, patches]
  const numbers = integers(
    Array.from({ length: patches }, (_, j) => j),
    [1, 1, patches],
  );
  const itself = equal(reshape(anchors, [classes, anchorsPerClass, 1]), numbers);
  const candidates = where(reshape(candidate, [classes, 1, patches]), distance, FAR);
  const eligible = isOneBatch ? where(itself, FAR, candidates) : candidates;
  const nearest = top(eligible, positivesPerAnchor, { largest: false });
  const usable = mul(
    cast(less(nearest.values, FAR), 'float32'),
    reshape(cast(anchorValid, 'float32'), [classes, anchorsPerClass, 1]),
  );
  const perClass = anchorsPerClass * positivesPerAnchor;
  return {
    positives: reshape(nearest.indices, [classes, perClass]),
    positiveValid: reshape(usable, [classes, perClass]),
  };
}
