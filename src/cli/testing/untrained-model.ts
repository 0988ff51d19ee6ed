import { Rng } from '../../core/rng.ts';
import { initialise, namedSpecs } from '../../nn/parameters.ts';
import { TINY_UNET } from '../../nn/testing/tiny-unet.ts';
import { unetSpec } from '../../nn/unet.ts';
import { writeModelFile } from '../../predict/model-file.ts';

/** A model.onnx of two classes that has learned nothing, where what it finds does not matter. */
export function untrainedModel(): Uint8Array {
  return writeModelFile(TINY_UNET, initialise(namedSpecs(unetSpec(TINY_UNET)), new Rng(1)), {
    version: 'test',
    classes: ['background', 'square'],
    channels: 1,
    preparation: { size: 16, crop: 1, normalise: 'percentile', percentiles: [0.5, 99.5] },
    training: { method: 'none', preset: 'default', seed: 1, step: 0, network: 'student', validationDice: null },
  });
}
