import { stopGradient } from '../graph/index.ts';
import { afterLabels, consistencyLoss, withUnlabelled } from './mean-teacher.ts';
import type { Method } from './method.ts';

/** The network's own most likely class, where it is sure of it, is the label of an unlabelled image: one forward pass. */
export const pseudoLabel: Method = {
  name: 'pseudo-label',
  description: 'the network learns from its own most likely classes where it is sure',
  reference: 'Lee, "Pseudo-label: the simple and efficient semi-supervised learning method", ICML workshops 2013',
  // Soft targets would be the network's own output: no gradient at all.
  defaults: { consistency: { target: 'hard', threshold: 0.9 } },
  phases: ({ consistency: { start } }) =>
    afterLabels({
      name: 'pseudo-labels',
      start,
      usesUnlabelled: true,
      unlabelledView: 'weak',
      objective: (step) => withUnlabelled(step, consistencyLoss(step, stopGradient(step.unlabelledLogits()))),
    }),
};
