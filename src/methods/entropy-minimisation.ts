import { logSoftmax, mean, mul, neg, reshape, softmax, sum, type Tensor } from '../graph/index.ts';
import { afterLabels } from './mean-teacher.ts';
import type { Method } from './method.ts';
import { supervisedLoss } from './supervised.ts';

/**
 * Mean over pixels of the entropy of the prediction, in nats: 0 where the network is sure, log K where it knows nothing.
 *
 * @param logits [N, K, H, W]
 */
export function meanEntropy(logits: Tensor): Tensor {
  return reshape(mean(neg(sum(mul(softmax(logits, 1), logSoftmax(logits, 1)), { axes: [1] }))), []);
}

/** Unlabelled images are to be told apart with certainty, whatever they show: one forward pass. */
export const entropyMinimisation: Method = {
  name: 'entropy-minimisation',
  description: 'predictions of unlabelled images are to be sure',
  reference:
    'Grandvalet & Bengio, "Semi-supervised learning by entropy minimization", NeurIPS 2004; Vu et al., "ADVENT", CVPR 2019',
  defaults: { consistency: { weight: 0.1 } },
  phases: ({ consistency: { start } }) =>
    afterLabels({
      name: 'entropy',
      start,
      usesUnlabelled: true,
      unlabelledView: 'weak',
      objective: (step) => ({
        terms: {
          supervised: supervisedLoss(step),
          entropy: mul(meanEntropy(step.unlabelledLogits()), step.scheduled('beta')),
        },
      }),
    }),
};
