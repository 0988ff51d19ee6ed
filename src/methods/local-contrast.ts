import {
  add,
  argMax,
  averagePool2d,
  cast,
  concat,
  div,
  greater,
  greaterOrEqual,
  imageShape,
  logSoftmax,
  matmul,
  max,
  maximum,
  mul,
  NEVER,
  neg,
  oneHot,
  reshape,
  softmax,
  stopGradient,
  sub,
  sum,
  sumOverRanks,
  type Tensor,
  transpose,
} from '../graph/index.ts';
import { kaiming, zeros } from '../nn/parameters.ts';
import { normaliseRows } from '../nn/projection-head.ts';
import { consistencyLoss, leadingPhases, withUnlabelled } from './mean-teacher.ts';
import type { Method } from './method.ts';
import type { StepGraph } from './step-graph.ts';

/**
 * Every pixel near the mean of its class and far from those of the others:
 *
 *     L = mean over classes, over their pixels i, of -log[ e^{z_i . c_k / tau} / sum_j e^{z_i . c_j / tau} ]
 *
 * Classes count alike, so that background does not drown the others; a class without pixels takes no part. The means carry no
 * gradient. Pixels are those of all ranks.
 *
 * @param embeddings rows of length 1, [P, d]
 * @param classes how far a pixel is of each class, [P, K]; rows of 0 for pixels that do not count
 */
export function pixelContrast(embeddings: Tensor, classes: Tensor, tau: number): Tensor {
  const [, count] = classes.shape as readonly [number, number];
  const sizes = sumOverRanks(sum(classes, { axes: [0] }));
  const present = cast(greater(sizes, 0.5), 'float32');
  const sums = sumOverRanks(matmul(stopGradient(classes), stopGradient(embeddings), { transposeA: true }));
  const means = normaliseRows(div(sums, reshape(maximum(sizes, 1), [count, 1])));
  const scores = div(matmul(embeddings, means, { transposeB: true }), tau);
  const absent = reshape(mul(sub(1, present), NEVER), [1, count]);
  const losses = sumOverRanks(neg(sum(mul(logSoftmax(add(scores, absent), 1), classes), { axes: [0] }))); // [K]
  const perClass = mul(div(losses, maximum(sizes, 1)), present);
  return div(sum(perClass), maximum(sum(present), 1));
}

/** Embeddings of all pixels of the batch, from two 1 x 1 convolutions over what the head sees: [P, d], image by image. */
export function pixelEmbeddings(step: StepGraph): Tensor {
  const features = step.studentFeatures();
  const [n, width, height, breadth] = imageShape(features, 'pixelEmbeddings');
  const head = step.parameters('pixels', {
    hidden: { weight: kaiming([width, width]), bias: zeros([width]) },
    output: { weight: kaiming([width, width], 1), bias: zeros([width]) },
  });
  const rows = reshape(transpose(features, [0, 2, 3, 1]), [n * height * breadth, width]);
  const hidden = maximum(add(matmul(rows, head.hidden.weight, { transposeB: true }), head.hidden.bias), 0);
  return normaliseRows(add(matmul(hidden, head.output.weight, { transposeB: true }), head.output.bias));
}

/**
 * What each pixel is, by label or by a pseudo-label that is sure, at the size of the features: [P, K], image by image.
 *
 * @param logits what makes the pseudo-labels, [unlabelled, K, S, S]
 */
export function pixelClasses(step: StepGraph, logits = step.teacherLogits()): Tensor {
  const { classes } = step.shape.network;
  const probabilities = softmax(logits, 1);
  const sure = cast(
    greaterOrEqual(max(probabilities, { axes: [1], keepDims: true }), step.settings.consistency.threshold),
    'float32',
  );
  const all = concat([step.labels(), mul(oneHot(argMax(probabilities, 1), classes, 1), sure)], 0);
  const [n, , height] = imageShape(step.studentFeatures(), 'pixelClasses');
  const pooled = height < step.shape.size ? averagePool2d(all, step.shape.size / height) : all;
  return reshape(transpose(pooled, [0, 2, 3, 1]), [n * height * height, classes]);
}

/** Mean Teacher with a contrast of single pixels, by label and pseudo-label, over all pixels of a batch. */
export const localContrast: Method = {
  name: 'local-contrast',
  description: 'Mean Teacher whose pseudo-labels guide a contrast of pixels instead of patches',
  reference:
    'Chaitanya et al., "Local contrastive loss with pseudo-label based self-training for semi-supervised medical image segmentation", Medical Image Analysis 2023',
  defaults: { contrast: { tau: 0.1, weight: 0.1 } },
  phases: ({ consistency, contrast }) => [
    ...leadingPhases(consistency.start),
    {
      name: 'contrast',
      start: contrast.warmUp,
      usesUnlabelled: true,
      objective: (step) => {
        const { terms, ...rest } = withUnlabelled(step, consistencyLoss(step));
        const loss = pixelContrast(pixelEmbeddings(step), pixelClasses(step), step.settings.contrast.tau);
        return { ...rest, terms: { ...terms, contrast: mul(loss, step.scheduled('gamma')) } };
      },
    },
  ],
};
