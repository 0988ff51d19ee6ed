import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { ModelProtoSchema, NodeProtoSchema } from '../graph/index.ts';
import { nodeRuntime } from '../runtime/node/runtime.ts';
import { readModelInfo } from './model-file.ts';
import { Segmenter } from './segmenter.ts';
import { TINY_INFO, tinyModel } from './testing/tiny-model.ts';

const model = tinyModel();
const { preparation } = TINY_INFO;

/** The model with something else said about it. */
function claiming(claim: Record<string, unknown>): Uint8Array {
  const proto = fromBinary(ModelProtoSchema, model);
  for (const entry of proto.metadataProps) {
    const key = entry.key.replace('patchcl.', '');
    if (key in claim) entry.value = JSON.stringify(claim[key]);
  }
  return toBinary(ModelProtoSchema, proto);
}

describe('what a model claims of itself', () => {
  it.each([
    ['300 classes', { classes: Array.from({ length: 300 }, (_, i) => `c${i}`) }, 'classes'],
    ['2e9 channels', { channels: 2e9 }, 'channels'],
    ['a size of 1e6', { preparation: { ...preparation, size: 1e6 } }, 'preparation'],
    [
      'tiles that magnify without end',
      { preparation: { ...preparation, tiles: { scale: 1e9, overlap: 0 } } },
      'preparation',
    ],
    ['percentiles of 400', { preparation: { ...preparation, percentiles: [0, 400] } }, 'preparation'],
    ['a name of a megabyte', { classes: ['background', 'x'.repeat(1e6)] }, 'classes'],
  ])('is bounded: %s', (_, claim, entry) => {
    expect(() => readModelInfo(claiming(claim), 'm.onnx')).toThrow(`entry patchcl.${entry}`);
  });

  it('is bounded in all: channels and size together', () => {
    const claim = { channels: 1000, preparation: { ...preparation, size: 4096 } };
    expect(() => readModelInfo(claiming(claim), 'm.onnx')).toThrow('asks for images of 4096 x 4096 pixels');
  });

  it.each([
    ['classes', { classes: ['background', 'a'] }, 'answers with 1 x 3 x 16 x 16, its metadata say 1 x 2 x 16 x 16'],
    ['channels', { channels: 2 }, 'does not take an image of 1 x 2 x 16 x 16'],
  ])('is compared with what it does: %s', async (_, claim, message) => {
    const runtime = nodeRuntime({ threads: 1 });
    await expect(Segmenter.load(runtime, claiming(claim), 'm.onnx')).rejects.toThrow(message);
  });
});

it.each([
  ['Loop', 6],
  ['If', 11],
])('a model with a graph inside, %s, is refused', (opType, no) => {
  const proto = fromBinary(ModelProtoSchema, model);
  const attribute = { $typeName: 'onnx.AttributeProto' as const, name: 'body', floats: [], ints: [], strings: [] };
  const inner = { ...attribute, $unknown: [{ no, wireType: 2, data: Uint8Array.of(0) }] };
  proto.graph?.node.push(create(NodeProtoSchema, { opType, output: ['never'], attribute: [inner as never] }));
  const bytes = toBinary(ModelProtoSchema, proto);
  expect(() => readModelInfo(bytes, 'm.onnx')).toThrow(`an operator ${opType} with a graph of its own inside`);
});
