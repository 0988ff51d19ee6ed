import {
  averagePool2d,
  cast,
  concat,
  greater,
  greaterOrEqual,
  imageShape,
  less,
  max,
  maximum,
  minimum,
  mul,
  softmax,
  stopGradient,
  sum,
  type Tensor,
  where,
} from '../../graph/index.ts';
import type { StepGraph } from '../step-graph.ts';

/** What the contrast at the decoder sees of images that a network has passed anyway, all at the size of its features. */
export interface DecoderBatch {
  /** What the network's head sees, [B, F, h, w] */
  readonly features: Tensor;
  /** x in [0, 1], [B, C, h, w] */
  readonly images: Tensor;
  /** C^k: labels, or the teacher's softmax; [B, K, h, w], no gradient */
  readonly confidences: Tensor;
  /** [B, 1, h, w]: the share of a pixel that is annotated, or guessed; absent where all are. */
  readonly annotated?: Tensor;
  /** C^k of pixels that are sure alone, as `contrast.reliable` says; the same shape */
  readonly reliable: Tensor;
  /** C^k of pixels whose most probable class k is not the student's; of the student's batch alone */
  readonly mistaken?: Tensor;
}

/** The student's batch as it sees it: pasted boxes have the labels that came with them. */
export function studentBatch(step: StepGraph): DecoderBatch {
  const features = step.studentFeatures({ knowsPasted: true });
  const probabilities = softmax(step.teacherLogits(), 1);
  const pasted = step.pasted();
  const believed =
    pasted === undefined ? probabilities : where(greater(pasted.boxes, 0.5), pasted.labels, probabilities);
  const confidences = stopGradient(concat([step.labels(), believed], 0));
  const answers = stopGradient(concat([step.labelledLogits(), step.unlabelledLogits()], 0));
  const most = (x: Tensor) => max(x, { axes: [1], keepDims: true });
  const isTarget = greaterOrEqual(confidences, most(confidences));
  const isMissed = where(isTarget, cast(less(answers, most(answers)), 'float32'), 0);
  const mistaken = mul(confidences, isMissed);
  return {
    ...atFeatures(step, { features, images: step.studentImages(), confidences }),
    mistaken: shrunk(mistaken, features),
  };
}

/** The unlabelled images as the teacher sees them, which makes their pseudo-labels. */
export function teacherBatch(step: StepGraph): DecoderBatch {
  const confidences = stopGradient(softmax(step.teacherLogits(), 1));
  return atFeatures(step, { features: step.teacherFeatures(), images: step.unlabelledWeakImages(), confidences });
}

function atFeatures(
  { settings: { contrast }, shape }: StepGraph,
  { features, images, confidences }: Pick<DecoderBatch, 'features' | 'images' | 'confidences'>,
): DecoderBatch {
  const isSure = cast(greaterOrEqual(max(confidences, { axes: [1], keepDims: true }), contrast.reliable), 'float32');
  const own = shrunk(confidences, features);
  return {
    features,
    // Strong augmentation leaves [0, 1], the domain of the patch entropy.
    images: shrunk(minimum(maximum(images, 0), 1), features),
    confidences: own,
    // A pixel that nobody has annotated is of no class.
    ...(shape.ignores === true && { annotated: sum(own, { axes: [1], keepDims: true }) }),
    reliable: contrast.reliable === 0 ? own : shrunk(mul(confidences, isSure), features),
  };
}

/** Averaged to the size of features, which a space-to-depth stem halves. */
function shrunk(x: Tensor, features: Tensor): Tensor {
  const [, , height] = imageShape(x, 'shrunk');
  const [, , wanted] = imageShape(features, 'shrunk');
  return height === wanted ? x : averagePool2d(x, height / wanted);
}
