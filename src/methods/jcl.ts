import type { Method } from './method.ts';
import { patchcl } from './patchcl/index.ts';

/** PatchCL's patches and pseudo-labels, but only the positive keys are a Gaussian (`nn/key-contrast.ts`). */
export const jcl: Method = {
  ...patchcl,
  name: 'jcl',
  description: 'the contrast of PatchCL with a Gaussian of positive keys and drawn negative ones',
  reference: 'Cai et al., "Joint contrastive learning with infinite possibilities", NeurIPS 2020',
  defaults: { contrast: { loss: 'jcl' } },
};
