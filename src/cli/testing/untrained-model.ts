import { Rng } from '../../core/rng.ts';
import { initialise, namedSpecs } from '../../nn/parameters.ts';
import { type UNetOptions, unetSpec } from '../../nn/unet.ts';
import { writeModelFile } from '../../predict/model-file.ts';

/** A model.onnx of two classes that has learned nothing, where what it finds does not matter. */
export function untrainedModel(): Uint8Array {
  const network: UNetOptions = {
    channels: 1,
    classes: 2,
    widths: [4, 8],
    stem: 'plain',
    normalisation: 'instance',
    upsampling: 'nearest',
    dropout: [],
  };
  return writeModelFile(network, initialise(namedSpecs(unetSpec(network)), new Rng(1)), {
    version: 'test',
    classes: ['background', 'square'],
    channels: 1,
    preparation: { size: 16, crop: 1, normalise: 'percentile', percentiles: [0.5, 99.5] },
    training: { method: 'none', preset: 'default', seed: 1, step: 0, network: 'student', validationDice: null },
  });
}
