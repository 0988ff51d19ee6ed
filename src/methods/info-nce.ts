import type { Method } from './method.ts';
import { patchcl } from './patchcl/index.ts';

/** PatchCL's patches and pseudo-labels, but each query is compared with the keys themselves (`nn/key-contrast.ts`). */
export const infoNce: Method = {
  ...patchcl,
  name: 'info-nce',
  description: 'the contrast of PatchCL with drawn keys instead of their Gaussians',
  reference: 'van den Oord et al., "Representation learning with contrastive predictive coding", 2018',
  defaults: { contrast: { loss: 'info-nce' } },
};
