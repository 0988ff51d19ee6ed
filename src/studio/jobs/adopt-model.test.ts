import { describe, expect, it } from 'vitest';
import { PIXEL_GEOMETRY, type Volume } from '../../imaging/volume.ts';
import { Segmenter } from '../../predict/segmenter.ts';
import { nodeRuntime } from '../../runtime/node/runtime.ts';
import { adoptModel } from './adopt-model.ts';
import { foreignModel } from './testing/foreign-model.ts';

const SIDE = 16;
const CLASSES = ['background', 'ring', 'core'];
const runtime = nodeRuntime({ threads: 1 });

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
    const sure = await adoptModel(runtime, foreignModel(), 'foreign.onnx', CLASSES);
    const unsure = await adoptModel(runtime, foreignModel({ gives: 'logits' }), 'foreign.onnx', CLASSES);
    expect(sure.info).toMatchObject({ classes: CLASSES, channels: 1, preparation: { size: SIDE } });
    const [a, b] = [await segmented(sure.bytes), await segmented(unsure.bytes)];
    expect(a.data.length).toBe(3 * scan.data.length);
    for (let i = 0; i < a.data.length; i++) expect(b.data[i]).toBeCloseTo(a.data[i] as number, 5);
    expect(a.data.some((value) => value > 0.4)).toBe(true);
  });

  it('that was adopted once is one of patchcl', async () => {
    const { bytes } = await adoptModel(runtime, foreignModel(), 'foreign.onnx', CLASSES);
    expect((await adoptModel(runtime, bytes, 'again.onnx', CLASSES)).bytes).toEqual(bytes);
  });

  it.each([
    ['no ONNX file', () => Uint8Array.of(1, 2, 3), CLASSES, /this is not an ONNX file/],
    ['other classes', () => foreignModel(), ['background', 'one'], /tells 3 classes apart, the project has 2/],
    [
      'a network of volumes',
      () => foreignModel({ gives: 'volume' }),
      CLASSES,
      /takes whole volumes.*one of slices was/,
    ],
    ['no segmentation', () => foreignModel({ gives: 'image' }), CLASSES, /cannot be used here/],
  ] as const)('is refused: %s', async (_, model, classes, message) => {
    await expect(adoptModel(runtime, model(), 'foreign.onnx', classes)).rejects.toThrow(message);
  });
});
