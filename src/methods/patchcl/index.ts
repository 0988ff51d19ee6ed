import { mul } from '../../graph/index.ts';
import { consistencyLoss, leadingPhases } from '../mean-teacher.ts';
import type { Method, Phase } from '../method.ts';
import { supervisedLoss } from '../supervised.ts';
import { bufferShapes, contrastLoss, keepsKeys } from './contrast.ts';

/** L = L_Sup + beta L_Reg + gamma L_PLGCL, past the warm-up. */
function refinement(start: number): Phase {
  return {
    name: 'contrast',
    start,
    usesUnlabelled: true,
    objective: (step) => {
      const { loss: consistency, confidentShare } = consistencyLoss(step);
      const { loss: contrast, readyClasses, buffers } = contrastLoss(step);
      return {
        terms: {
          supervised: supervisedLoss(step),
          consistency: mul(consistency, step.scheduled('beta')),
          contrast: mul(contrast, step.scheduled('gamma')),
        },
        observed: { confidentShare, readyClasses },
        ...(buffers === undefined ? {} : { buffers }),
      };
    },
  };
}

export const patchcl: Method = {
  name: 'patchcl',
  description: 'Mean Teacher whose pseudo-labels guide a patch-wise contrastive loss',
  reference:
    'Basak & Yin, "Pseudo-label guided contrastive learning for semi-supervised medical image segmentation", CVPR 2023',
  // A contrast without weight would be computed all the same.
  phases: ({ consistency, contrast }) => [
    ...leadingPhases(consistency.start),
    ...(contrast.weight > 0 ? [refinement(contrast.warmUp)] : []),
  ],
  buffers: (settings, shape) => (keepsKeys(settings.contrast) ? bufferShapes({ settings, shape }) : {}),
};
