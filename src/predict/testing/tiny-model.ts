import { Rng } from '../../core/rng.ts';
import { initialise, namedSpecs } from '../../nn/parameters.ts';
import { TINY_UNET } from '../../nn/testing/tiny-unet.ts';
import { unetSpec } from '../../nn/unet.ts';
import { type ModelInfo, writeModelFile } from '../model-file.ts';

/** A U-Net of three classes that was never trained, and what its file says of it. */
export const TINY_NETWORK = { ...TINY_UNET, classes: 3 };
export const TINY_INFO: ModelInfo = {
  version: '1.2.3',
  classes: ['background', 'left "atrium"', 'Übergang'],
  channels: 1,
  preparation: { size: 16, crop: 0.75, normalise: 'unit', percentiles: [0.5, 99.5] },
  training: { method: 'patchcl', preset: 'default', seed: 4, step: 70, network: 'teacher', validationDice: null },
};
export const TINY_WEIGHTS = initialise(namedSpecs(unetSpec(TINY_NETWORK)), new Rng(1));

/** The bytes of that model.onnx, of which it says something else where that is given. */
export const tinyModel = (claims: Partial<ModelInfo> = {}) =>
  writeModelFile(TINY_NETWORK, TINY_WEIGHTS, { ...TINY_INFO, ...claims });
