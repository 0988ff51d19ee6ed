import {
  cast,
  constant,
  div,
  greater,
  integers,
  matmul,
  maximum,
  mul,
  oneHot,
  reshape,
  sum,
  type Tensor,
  transpose,
} from '../graph/index.ts';
import { normaliseRows } from '../nn/projection-head.ts';
import { frozenShapes, frozenTeacher } from './frozen-teacher.ts';
import { pixelClasses, pixelContrast, pixelEmbeddings } from './local-contrast.ts';
import { afterLabels, consistencyLoss, withUnlabelled } from './mean-teacher.ts';
import type { Method, Phase } from './method.ts';
import type { StepGraph } from './step-graph.ts';

/** A region of fewer pixels is none; at the size of features pixels may be of a class in part. */
const LEAST_PIXELS = 0.5;

/**
 * The contrast of regions: what is of one class in one image is near what is of that class in all, and far from the other classes; as
 * `pixelContrast` with the mean embedding of every class and image in place of pixels.
 *
 * @param embeddings rows of length 1, [images * P, d], image by image
 * @param classes how far a pixel is of each class, [images * P, K]
 */
export function regionContrast(embeddings: Tensor, classes: Tensor, images: number, tau: number): Tensor {
  const [rows, dimensions] = embeddings.shape as readonly [number, number];
  const count = classes.shape[1] as number;
  const pixels = rows / images;
  const members = transpose(reshape(classes, [images, pixels, count]), [0, 2, 1]);
  const sizes = reshape(sum(members, { axes: [2] }), [images * count, 1]);
  const sums = reshape(matmul(members, reshape(embeddings, [images, pixels, dimensions])), [
    images * count,
    dimensions,
  ]);
  const means = normaliseRows(div(sums, maximum(sizes, LEAST_PIXELS)));
  const isThere = cast(greater(sizes, LEAST_PIXELS), 'float32');
  const own = integers(
    Array.from({ length: images * count }, (_, i) => i % count),
    [images * count],
  );
  return pixelContrast(means, mul(oneHot(own, count), isThere), tau);
}

/** The teacher that labels alone have made, kept from the first step with unlabelled images on. */
function labelsTeacher(step: StepGraph) {
  return frozenTeacher(step, constant([1], []), greater);
}

/** Pixels and regions of one class together, those of different classes apart; nothing is segmented meanwhile. */
const preTraining: Omit<Phase, 'start'> = {
  name: 'contrast',
  usesUnlabelled: true,
  objective: (step) => {
    const { logits, buffers } = labelsTeacher(step);
    const { tau } = step.settings.contrast;
    const [embeddings, classes] = [pixelEmbeddings(step), pixelClasses(step, logits)];
    return {
      terms: {
        pixels: pixelContrast(embeddings, classes, tau),
        regions: regionContrast(embeddings, classes, step.batchSize, tau),
      },
      ...(buffers && { buffers }),
    };
  },
};

const fineTuning: Omit<Phase, 'start'> = {
  name: 'fine-tuning',
  usesUnlabelled: true,
  objective: (step) => {
    const { logits, buffers } = labelsTeacher(step);
    return { ...withUnlabelled(step, consistencyLoss(step, logits)), ...(buffers && { buffers }) };
  },
};

/**
 * Labels alone make pseudo-labels; these and the labels pre-train encoder and decoder by contrast; then all is fine-tuned on both. Chosen
 * here: class means in place of pairs of pixels, as in `local-contrast`; pseudo-labels above a threshold; regions are the classes of an image.
 */
export const contrastFirst: Method = {
  name: 'contrast-first',
  description: 'pre-trained by a contrast of pixels and regions with pseudo-labels, then fine-tuned',
  reference:
    'Hu et al., "Semi-supervised contrastive learning for label-efficient medical image segmentation", MICCAI 2021; Zhao et al., "Contrastive learning for label efficient semantic segmentation", ICCV 2021',
  defaults: { contrast: { tau: 0.1 } },
  // The contrast goes from where labels alone end to where it begins in other methods.
  phases: ({ consistency: { start }, contrast: { warmUp } }) => [
    ...afterLabels({ ...preTraining, start }),
    { ...fineTuning, start: Math.max(start, warmUp) },
  ],
  buffers: (_, { network }) => frozenShapes(network),
};
