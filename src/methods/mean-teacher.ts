import {
  add,
  argMax,
  cast,
  greater,
  greaterOrEqual,
  max,
  mean,
  mul,
  oneHot,
  reshape,
  softmax,
  type Tensor,
  where,
} from '../graph/index.ts';
import { crossEntropy, diceLoss } from '../nn/losses.ts';
import { withoutStrayParts } from './main-part.ts';
import type { Method, Objective, Phase } from './method.ts';
import type { StepGraph } from './step-graph.ts';
import { labelsOnly, supervisedLoss } from './supervised.ts';

/** The consistency loss and the share of pixels that took part in it. */
export interface Consistency {
  /** L_Reg, scalar, not weighted by beta. */
  readonly loss: Tensor;
  readonly confidentShare: Tensor;
}

/**
 * L_Reg = CE(student(strong(x)), teacher(weak(x))) on unlabelled images; the target carries no gradient. With hard targets
 * and a threshold it is FixMatch's loss, with soft ones and none the paper's.
 *
 * @param targetLogits what the student is to agree with, without gradient, [unlabelled, K, S, S]; default: the teacher's
 * @param confidentOf 1 for pixels that count, else 0, [unlabelled, S, S], from their probabilities; default: those above the threshold
 */
export function consistencyLoss(
  step: StepGraph,
  targetLogits = step.teacherLogits(),
  confidentOf = (probabilities: Tensor) => aboveThreshold(step, probabilities),
): Consistency {
  const { dice } = step.settings.consistency;
  const probabilities = softmax(targetLogits, 1);
  const believed = targetOf(step, probabilities);
  const confident = confidentOf(probabilities);
  const { goal, pixelWeights } = withPastedLabels(step, believed, confident);
  const logits = step.unlabelledLogits();
  const entropy = crossEntropy(logits, goal, { pixelWeights });
  const loss = dice === 0 ? entropy : add(entropy, mul(diceLoss(logits, goal, { pixelWeights }), dice));
  return { loss, confidentShare: mean(confident) };
}

function aboveThreshold({ settings }: StepGraph, probabilities: Tensor): Tensor {
  return cast(greaterOrEqual(max(probabilities, { axes: [1] }), settings.consistency.threshold), 'float32');
}

function targetOf(step: StepGraph, probabilities: Tensor): Tensor {
  const { target, mainPart } = step.settings.consistency;
  if (target === 'soft') return probabilities;
  const classes = oneHot(argMax(probabilities, 1), step.shape.network.classes, 1);
  const cleans = mainPart === 'auto' ? step.shape.singleParts : mainPart === 'on';
  return cleans ? withoutStrayParts(classes) : classes;
}

/** Within pasted boxes the labels that came with them, and full weight where they are annotated. */
function withPastedLabels(step: StepGraph, goal: Tensor, pixelWeights: Tensor) {
  const pasted = step.pasted();
  if (pasted === undefined) return { goal, pixelWeights };
  const inBox = greater(pasted.boxes, 0.5);
  const labelled = pasted.annotated === undefined ? 1 : reshape(pasted.annotated, pixelWeights.shape);
  const weights = where(reshape(inBox, pixelWeights.shape), labelled, pixelWeights);
  return { goal: where(inBox, pasted.labels, goal), pixelWeights: weights };
}

/** L_Sup + beta times a loss of unlabelled images. */
export function withUnlabelled(step: StepGraph, { loss, confidentShare }: Consistency): Objective {
  return {
    terms: { supervised: supervisedLoss(step), consistency: mul(loss, step.scheduled('beta')) },
    observed: { confidentShare },
  };
}

/** Labels alone up to the start of a phase that uses unlabelled images, where that does not start at once. */
export function afterLabels(phase: Phase): readonly Phase[] {
  return phase.start > 0 ? [labelsOnly, phase] : [phase];
}

/** Labels alone, then L_Sup + beta L_Reg from the given fraction of training on. */
export function leadingPhases(start: number): readonly Phase[] {
  const objective = (step: StepGraph) => withUnlabelled(step, consistencyLoss(step));
  return afterLabels({ name: 'consistency', start, usesUnlabelled: true, objective });
}

export const meanTeacher: Method = {
  name: 'mean-teacher',
  description: 'the student follows its moving average on unlabelled images',
  reference: 'Tarvainen & Valpola, "Mean teachers are better role models", NeurIPS 2017',
  phases: ({ consistency }) => leadingPhases(consistency.start),
};
