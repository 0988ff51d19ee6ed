import {
  add,
  argMax,
  averagePool2d,
  cast,
  concat,
  div,
  exp,
  greaterOrEqual,
  imageShape,
  mean,
  mul,
  neg,
  oneHot,
  reshape,
  slice,
  softmax,
  sqrt,
  square,
  stopGradient,
  sub,
  sum,
  type Tensor,
} from '../graph/index.ts';
import { withoutDropout } from '../nn/context.ts';
import { kaiming, zeros } from '../nn/parameters.ts';
import { segment } from '../nn/unet.ts';
import { disturbedFeatures } from './disturbed.ts';
import { afterLabels } from './mean-teacher.ts';
import type { Method, Phase } from './method.ts';
import { signedDistances } from './signed-distance.ts';
import type { StepGraph } from './step-graph.ts';
import { supervisedLoss } from './supervised.ts';
import { entropy } from './ua-mt.ts';

/** Weight of the two tasks beside segmentation, on labels and on the student's own classes. */
const TASKS = 0.1;
/** Distances are cut off at this share of the side of the maps. */
const REACH = 1 / 8;
/** Keeps roots and quotients finite. */
const TINY = 1e-6;

/** The two tasks beside segmentation, at the resolution of the decoder's finest maps. */
export interface Tasks {
  /** The foreground of the images and their background, the other part 0: [N, 2 C, H, W] */
  readonly parts: Tensor;
  /** Signed distances of every foreground class: [N, K - 1, H, W] */
  readonly distances: Tensor;
}

/** The tasks by two 1 x 1 heads, trained with the student and not exported. @param features [N, widths[0], H, W] */
function predictedTasks(step: StepGraph, features: Tensor): Tasks {
  const { classes, channels, widths } = step.shape.network;
  const predict = (owner: string, maps: number) => {
    const weight = kaiming([maps, widths[0] as number, 1, 1], 1);
    const head = step.parameters(owner, { weight, bias: zeros([maps]) });
    return withoutDropout().convolve(features, head.weight, { bias: head.bias });
  };
  return { parts: predict('reconstruction', 2 * channels), distances: predict('distances', classes - 1) };
}

/** What the tasks are to be. @param images [N, C, S, S] @param classes one-hot, 0 where nobody has annotated, [N, K, S, S] */
function wantedTasks(images: Tensor, classes: Tensor, side: number): Tasks {
  const [, count, size] = imageShape(classes, 'wantedTasks');
  const foreground = slice(classes, { axis: 1, start: 1, end: count });
  const masks = [sum(foreground, { axes: [1], keepDims: true }), slice(classes, { axis: 1, start: 0, end: 1 })];
  const parts = concat(
    masks.map((mask) => mul(images, mask)),
    1,
  );
  const coarse = (x: Tensor) => (side === size ? x : averagePool2d(x, size / side));
  const most = cast(greaterOrEqual(coarse(foreground), 0.5), 'float32');
  return { parts: coarse(parts), distances: signedDistances(most, Math.max(1, Math.round(side * REACH))) };
}

/** Mean squared errors of both tasks. @param counts 1 for pixels that count, else 0, [N, 1, H, W] */
function taskLoss(predicted: Tasks, wanted: Tasks, counts?: Tensor): Tensor {
  const error = (x: Tensor, y: Tensor) => {
    const squares = mean(square(sub(x, y)), { axes: [1], keepDims: true });
    return counts === undefined ? mean(squares) : div(sum(mul(squares, counts)), add(sum(counts), TINY));
  };
  return add(error(predicted.parts, wanted.parts), error(predicted.distances, wanted.distances));
}

/** L_Sup's neighbours: both tasks on the labelled images, as they are before strong augmentation. */
function labelledTasks(step: StepGraph, features: Tensor): Tensor {
  const [, , side] = imageShape(features, 'labelledTasks');
  const wanted = wantedTasks(step.labelledWeakImages(), step.labels(), side);
  const annotated = step.annotated();
  const share = annotated && averagePool2d(annotated, step.shape.size / side);
  // A cell that is annotated in part has a target that nobody knows.
  const counts = share && cast(greaterOrEqual(share, 1 - TINY), 'float32');
  return taskLoss(predictedTasks(step, features), wanted, counts);
}

/** Entropy over classes as a share of the largest one, log K. @param axis that of the classes, which stays with length 1 */
function doubtOf(probabilities: Tensor, axis: number): Tensor {
  return div(entropy(probabilities, { axes: [axis], keepDims: true }), Math.log(probabilities.shape[axis] as number));
}

/**
 * The mean of several predictions in which a surer one weighs more, and what doubt is left in it: the paper's uncertainty-weighted
 * integration.
 *
 * @param predictions [T, n, K, S, S], summing to 1 over K
 * @returns probabilities [n, K, S, S], doubt in [0, 1], [n, 1, S, S]
 */
export function weightedMean(predictions: Tensor): { probabilities: Tensor; doubt: Tensor } {
  const weights = softmax(sub(1, doubtOf(predictions, 2)), 0);
  const probabilities = sum(mul(predictions, weights), { axes: [0] });
  return { probabilities, doubt: doubtOf(probabilities, 1) };
}

/** Mean and variance of several predictions. @param predictions [T, n, C, H, W] @returns each [n, C, H, W] */
export function spread(predictions: Tensor): { average: Tensor; variance: Tensor } {
  const average = mean(predictions, { axes: [0] });
  return { average, variance: mean(square(sub(predictions, average)), { axes: [0] }) };
}

/** A teacher's word in three tasks, and how much it wavers. */
export interface TripleTarget {
  readonly probabilities: Tensor;
  readonly doubt: Tensor;
  readonly parts: ReturnType<typeof spread>;
  readonly distances: ReturnType<typeof spread>;
}

/** What the teacher says of the unlabelled images in all three tasks, and how much it wavers under dropout and noise. */
function teacherTargets(step: StepGraph): TripleTarget {
  const { features, context } = disturbedFeatures(step);
  const passes = (x: Tensor) => {
    const [images, channels, height, width] = imageShape(x, 'teacherTargets');
    const { unlabelled } = step.shape;
    return stopGradient(reshape(x, [images / unlabelled, unlabelled, channels, height, width]));
  };
  const logits = segment(step.teacher.unet, features, step.shape.network, context);
  const tasks = predictedTasks(step, features);
  return {
    ...weightedMean(passes(softmax(logits, 1))),
    parts: spread(passes(tasks.parts)),
    distances: spread(passes(tasks.distances)),
  };
}

/** Squared differences from the teacher in the three tasks, each less where the teacher wavers. Scalar. */
export function tripledConsistency(student: Tasks & { readonly probabilities: Tensor }, teacher: TripleTarget): Tensor {
  const weighted = (x: Tensor, y: Tensor, trust: Tensor) => mean(mul(square(sub(x, y)), trust));
  const { parts, distances } = teacher;
  const deviation = sqrt(add(parts.variance, TINY));
  return [
    weighted(student.probabilities, teacher.probabilities, sub(1, teacher.doubt)),
    weighted(student.parts, parts.average, exp(neg(deviation))),
    weighted(student.distances, distances.average, exp(neg(distances.variance))),
  ].reduce((total, loss) => add(total, loss));
}

/** The unlabelled images: the teacher in three tasks, and the tasks held to the student's own classes. */
function unlabelledLosses(step: StepGraph, features: Tensor): { consistency: Tensor; agreement: Tensor } {
  const logits = step.unlabelledLogits();
  const tasks = predictedTasks(step, features);
  const [, , side] = imageShape(features, 'unlabelledLosses');
  const own = stopGradient(oneHot(argMax(logits, 1), step.shape.network.classes, 1));
  return {
    consistency: tripledConsistency({ ...tasks, probabilities: softmax(logits, 1) }, teacherTargets(step)),
    agreement: taskLoss(tasks, wantedTasks(step.unlabelledWeakImages(), own, side)),
  };
}

const labelsAndTasks: Phase = {
  name: 'labels and tasks',
  start: 0,
  usesUnlabelled: false,
  objective: (step) => ({
    terms: { supervised: supervisedLoss(step), tasks: mul(labelledTasks(step, step.studentFeatures()), TASKS) },
  }),
};

/**
 * Mean Teacher in three tasks: segmentation, the reconstruction of foreground and background, and signed distances. As in the
 * authors' code but for what is chosen here: heads at the decoder's finest maps in place of a decoder for each task, so that the
 * network stays everybody's; the teacher's heads are the student's; distances in steps and cut off; no consistency on labelled images.
 */
export const tripledUncertainty: Method = {
  name: 'tripled-uncertainty',
  description: 'Mean Teacher in three tasks (classes, reconstruction, distances), followed less where it wavers',
  reference:
    'Wang et al., "Tripled-uncertainty guided mean teacher model for semi-supervised medical image segmentation", MICCAI 2021',
  defaults: { consistency: { weight: 0.1 } },
  phases: ({ consistency: { start } }) => {
    const phase: Phase = {
      name: 'tripled consistency',
      start,
      usesUnlabelled: true,
      objective: (step) => {
        const features = step.studentFeatures();
        const { labelled } = step.shape;
        const part = (from: number, to: number) => slice(features, { axis: 0, start: from, end: to });
        const { consistency, agreement } = unlabelledLosses(step, part(labelled, step.batchSize));
        const tasks = add(labelledTasks(step, part(0, labelled)), agreement);
        return {
          terms: {
            supervised: supervisedLoss(step),
            tasks: mul(tasks, TASKS),
            consistency: mul(consistency, step.scheduled('beta')),
          },
        };
      },
    };
    return afterLabels(phase).map((one) => (one === phase ? one : labelsAndTasks));
  },
};
