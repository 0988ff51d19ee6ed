import { Rng } from '../src/core/rng.ts';
import { makePreparation } from '../src/data/preparation.ts';
import { networkSettings } from '../src/methods/settings.ts';
import { initialise, namedSpecs } from '../src/nn/parameters.ts';
import { type UNetOptions, unetSpec } from '../src/nn/unet.ts';
import { writeModelFile } from '../src/predict/model-file.ts';

/** A model.onnx of the default preset's network with random weights, which costs what a trained one does: 96 pixels, 4 classes. */
export function randomModel(): Uint8Array {
  const settings = networkSettings.parse({ widths: [32, 64, 128, 256], stem: 'space-to-depth' });
  const network: UNetOptions = { ...settings, channels: 1, classes: 4 };
  const preparation = makePreparation('folders', { size: 96 });
  return writeModelFile(network, initialise(namedSpecs(unetSpec(network)), new Rng(1)), {
    version: 'benchmark',
    classes: ['background', 'a', 'b', 'c'],
    channels: 1,
    preparation: { ...preparation, percentiles: [...preparation.percentiles] },
    training: { method: 'none', preset: 'default', seed: 1, step: 0, network: 'student', validationDice: null },
  });
}
