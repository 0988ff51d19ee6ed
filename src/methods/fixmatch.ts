import { afterLabels, consistencyLoss, withUnlabelled } from './mean-teacher.ts';
import type { Method } from './method.ts';

/**
 * Weak to strong: what the network itself says about the weakly augmented image, where it is sure, is the target for the
 * strongly augmented one. UniMatch's strong view has CutMix, which is on here; its second strong view and its perturbed
 * features would double the cost of a step and are left out.
 */
export const fixmatch: Method = {
  name: 'fixmatch',
  description: 'the strongly augmented image is to look as the weakly augmented one does to the same network',
  reference:
    'Sohn et al., "FixMatch", NeurIPS 2020; Yang et al., "Revisiting weak-to-strong consistency (UniMatch)", CVPR 2023',
  defaults: { consistency: { target: 'hard', threshold: 0.95 }, mixing: { unlabelled: 0.5 } },
  phases: ({ consistency: { start } }) =>
    afterLabels({
      name: 'weak to strong',
      start,
      usesUnlabelled: true,
      objective: (step) => {
        const weak = step.logitsOf('student', step.unlabelledWeakImages());
        return withUnlabelled(step, consistencyLoss(step, weak));
      },
    }),
};
