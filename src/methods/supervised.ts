import { add, mul, type Tensor } from '../graph/index.ts';
import { crossEntropy, diceLoss } from '../nn/losses.ts';
import { deepLoss } from './deep-supervision.ts';
import type { Method, Phase } from './method.ts';
import type { StepGraph } from './step-graph.ts';

/** L_Sup = CE(D_S(E_S(x)), Y), plus a weighted Dice loss, plus the same at coarser levels where settings ask for it. Scalar. */
export function supervisedLoss(step: StepGraph): Tensor {
  const loss = labelledLoss(step, step.labelledLogits());
  const deep = deepLoss(step);
  return deep === undefined ? loss : add(loss, deep);
}

/** L_Sup of any network's logits for the labelled images, [labelled, K, S, S], over the pixels that are annotated. Scalar. */
export function labelledLoss(step: StepGraph, logits: Tensor): Tensor {
  const labels = step.labels();
  const options = { annotated: step.annotated() };
  const loss = crossEntropy(logits, labels, options);
  const { dice } = step.settings.supervised;
  return dice === 0 ? loss : add(loss, mul(diceLoss(logits, labels, options), dice));
}

/** The stretch in which every method learns from labels alone. */
export const labelsOnly: Phase = {
  name: 'labels',
  start: 0,
  usesUnlabelled: false,
  objective: (step) => ({ terms: { supervised: supervisedLoss(step) } }),
};

export const supervised: Method = {
  name: 'supervised',
  description: 'labelled images only: the lower bound, or the ceiling when every image is labelled',
  reference: 'Ronneberger et al., "U-Net", MICCAI 2015',
  phases: () => [labelsOnly],
};
