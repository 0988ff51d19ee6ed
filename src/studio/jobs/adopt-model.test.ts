import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import { toOnnx } from '../../graph/model.ts';
import { PIXEL_GEOMETRY, type Volume } from '../../imaging/volume.ts';
import { initialise, namedSpecs } from '../../nn/parameters.ts';
import { type UNetOptions, unetSpec } from '../../nn/unet.ts';
import { inferenceGraph, parameterValues } from '../../predict/network-session.ts';
import { Segmenter } from '../../predict/segmenter.ts';
import { nodeRuntime } from '../../runtime/node/runtime.ts';
import { adoptModel } from './adopt-model.ts';

const NETWORK: UNetOptions = {
  channels: 1,
  classes: 3,
  widths: [4, 8],
  stem: 'plain',
  normalisation: 'instance',
  upsampling: 'nearest',
  dropout: [0, 0],
};
const SIDE = 16;
const CLASSES = ['background', 'ring', 'core'];
const runtime = nodeRuntime({ threads: 1 });

const weights = initialise(namedSpecs(unetSpec(NETWORK)), new Rng('adopt'));
const { parameters, image, probabilities } = inferenceGraph(NETWORK, SIDE);
const logits = probabilities.node.inputs[0] as typeof probabilities;

/** A network as another program might write it, without a word of how it is to be used. */
const foreign = (output: typeof image) =>
  toOnnx({ scores: output }, { constants: parameterValues(parameters, weights), anyBatch: true });

const scan: Volume = {
  data: Float32Array.from({ length: 2 * SIDE * SIDE }, (_, i) => (i * 7919) % 251),
  shape: [1, 2, SIDE, SIDE],
  geometry: PIXEL_GEOMETRY,
};

async function segmented(model: Uint8Array) {
  const segmenter = await Segmenter.load(runtime, model, 'foreign.onnx');
  try {
    return await segmenter.probabilities(scan, 'scan');
  } finally {
    await segmenter.dispose();
  }
}

describe('a model from elsewhere', () => {
  it('of probabilities is used as it is, one of logits gets its softmax: both segment alike', async () => {
    const sure = await adoptModel(runtime, foreign(probabilities), 'foreign.onnx', CLASSES);
    const unsure = await adoptModel(runtime, foreign(logits), 'foreign.onnx', CLASSES);
    expect(sure.info).toMatchObject({ classes: CLASSES, channels: 1, preparation: { size: SIDE } });
    const [a, b] = [await segmented(sure.bytes), await segmented(unsure.bytes)];
    expect(a.data.length).toBe(3 * scan.data.length);
    for (let i = 0; i < a.data.length; i++) expect(b.data[i]).toBeCloseTo(a.data[i] as number, 5);
    expect(a.data.some((value) => value > 0.4)).toBe(true);
  });

  it('that was adopted once is one of patchcl', async () => {
    const { bytes } = await adoptModel(runtime, foreign(probabilities), 'foreign.onnx', CLASSES);
    expect((await adoptModel(runtime, bytes, 'again.onnx', CLASSES)).bytes).toEqual(bytes);
  });

  it.each([
    ['no ONNX file', () => Uint8Array.of(1, 2, 3), CLASSES, /this is not an ONNX file/],
    ['other classes', () => foreign(probabilities), ['background', 'one'], /tells 3 classes apart, the project has 2/],
    ['no segmentation', () => toOnnx({ scores: image }), CLASSES, /cannot be used here/],
  ] as const)('is refused: %s', async (_, model, classes, message) => {
    await expect(adoptModel(runtime, model(), 'foreign.onnx', classes)).rejects.toThrow(message);
  });
});
