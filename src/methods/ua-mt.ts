import {
  add,
  cast,
  div,
  exp,
  imageShape,
  less,
  log,
  maximum,
  mean,
  mul,
  neg,
  type ReduceOptions,
  reshape,
  softmax,
  square,
  stopGradient,
  sub,
  sum,
  type Tensor,
} from '../graph/index.ts';
import { segment } from '../nn/unet.ts';
import { disturbedFeatures } from './disturbed.ts';
import { afterLabels, type Consistency, withUnlabelled } from './mean-teacher.ts';
import type { Method } from './method.ts';
import type { StepGraph } from './step-graph.ts';

/** Keeps logarithms and quotients finite. */
const TINY = 1e-6;

/** The entropy of probabilities over an axis, in nats. @param options.axes that of the classes */
export function entropy(probabilities: Tensor, options: ReduceOptions): Tensor {
  return neg(sum(mul(probabilities, log(maximum(probabilities, TINY))), options));
}

/** The entropy of the mean of several predictions, in nats. @param predictions [T, n, K, H, W], summing to 1 over K @returns [n, H, W] */
export function uncertainty(predictions: Tensor): Tensor {
  return entropy(mean(predictions, { axes: [0] }), { axes: [1] });
}

/**
 * Mean squared difference of two predictions over the pixels that the teacher is certain of, halved as in the authors' code.
 *
 * @param student [n, K, H, W], probabilities
 * @param teacher likewise, without gradient
 * @param doubt [n, H, W]
 * @param most scalar: pixels of less doubt count
 */
export function certainConsistency(student: Tensor, teacher: Tensor, doubt: Tensor, most: Tensor): Consistency {
  const certain = cast(less(doubt, most), 'float32');
  const differences = sum(square(sub(student, teacher)), { axes: [1] });
  const loss = div(sum(mul(differences, certain)), add(mul(sum(certain), 2), TINY));
  return { loss, confidentShare: mean(certain) };
}

/** Predictions of the teacher for noisy copies of the images, with dropout: [T, n, K, S, S]. */
function disturbedPredictions(step: StepGraph): Tensor {
  const { features, context } = disturbedFeatures(step);
  const logits = segment(step.teacher.unet, features, step.shape.network, context);
  const [, classes, height, width] = imageShape(logits, 'disturbedPredictions');
  const { passes } = step.settings.uncertainty;
  return stopGradient(reshape(softmax(logits, 1), [passes, step.shape.unlabelled, classes, height, width]));
}

/**
 * The doubt below which a pixel is certain enough: from 3/4 of the largest entropy, log K, to all of it, along the paper's Gaussian
 * ramp.
 *
 * @param progress of training, in [0, 1], scalar
 */
export function mostDoubt(progress: Tensor, classes: number): Tensor {
  const ramp = exp(mul(square(sub(1, progress)), -5));
  return mul(add(mul(ramp, 0.25), 0.75), Math.log(classes));
}

/** Mean Teacher that asks its teacher several times, with dropout and noise, and follows it only where it does not waver. */
export const uaMt: Method = {
  name: 'ua-mt',
  description: 'Mean Teacher that is followed only where it is certain under dropout and noise',
  reference:
    'Yu et al., "Uncertainty-aware self-ensembling model for semi-supervised 3D left atrium segmentation", MICCAI 2019',
  defaults: { consistency: { weight: 0.1 } },
  phases: ({ consistency: { start } }) =>
    afterLabels({
      name: 'certain consistency',
      start,
      usesUnlabelled: true,
      objective: (step) => {
        const doubt = uncertainty(disturbedPredictions(step));
        step.refusePasting();
        const [student, teacher] = [softmax(step.unlabelledLogits(), 1), softmax(step.teacherLogits(), 1)];
        const most = mostDoubt(step.scheduled('progress'), step.shape.network.classes);
        return withUnlabelled(step, certainConsistency(student, teacher, doubt, most));
      },
    }),
};
