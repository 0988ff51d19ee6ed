import { add, argMax, extent, mul, oneHot, stopGradient, type Tensor } from '../graph/index.ts';
import { ForwardContext } from '../nn/context.ts';
import { crossEntropy } from '../nn/losses.ts';
import { unetSpec } from '../nn/unet.ts';
import type { Method, Phase } from './method.ts';
import type { StepGraph } from './step-graph.ts';
import type { BatchLogits } from './step-parts.ts';
import { labelledLoss } from './supervised.ts';

/** Each network's loss against the other's most likely classes, which carry no gradient; [N, K, H, W] both. */
export function crossPseudoLoss(a: Tensor, b: Tensor): Tensor {
  const labels = (logits: Tensor) => oneHot(argMax(stopGradient(logits), 1), extent(logits.shape, 1), 1);
  return add(crossEntropy(a, labels(b)), crossEntropy(b, labels(a)));
}

/** What the student and its peer, another network of the same kind with another start, make of the same images. */
function bothLogits(step: StepGraph): [student: BatchLogits, peer: BatchLogits] {
  const peer = step.parameters('peer', unetSpec(step.shape.network));
  const context = new ForwardContext({ training: true, name: 'peer' });
  const student = {
    labelled: step.labelledLogits(),
    ...(step.usesUnlabelled && { unlabelled: step.unlabelledLogits() }),
  };
  return [student, step.batchLogits(peer, context)];
}

function supervisedLossOfBoth(step: StepGraph, [student, peer]: readonly [BatchLogits, BatchLogits]): Tensor {
  return add(labelledLoss(step, student.labelled), labelledLoss(step, peer.labelled));
}

/** Both networks have to learn from labels before they can teach each other. */
const bothFromLabels: Phase = {
  name: 'labels',
  start: 0,
  usesUnlabelled: false,
  objective: (step) => ({ terms: { supervised: supervisedLossOfBoth(step, bothLogits(step)) } }),
};

const bothTeach: Omit<Phase, 'start'> = {
  name: 'cross pseudo-labels',
  usesUnlabelled: true,
  unlabelledView: 'weak',
  objective: (step) => {
    const both = bothLogits(step);
    const [a, b] = both.map(({ unlabelled }) => unlabelled) as [Tensor, Tensor];
    return {
      terms: {
        supervised: supervisedLossOfBoth(step, both),
        consistency: mul(crossPseudoLoss(a, b), step.scheduled('beta')),
      },
    };
  },
};

/** Two networks with different starts label unlabelled images for each other. The first one is what is kept. */
export const cps: Method = {
  name: 'cps',
  description: 'two networks teach each other what they see in unlabelled images',
  reference: 'Chen et al., "Semi-supervised semantic segmentation with cross pseudo supervision", CVPR 2021',
  phases: ({ consistency: { start } }) => [...(start > 0 ? [bothFromLabels] : []), { ...bothTeach, start }],
};
