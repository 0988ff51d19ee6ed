import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from '../graph/onnx/onnx_pb.ts';

/** Names of the ONNX operators of a model, in their order; copies to outputs left out. */
export function operatorsOf(model: Uint8Array): string[] {
  const nodes = fromBinary(ModelProtoSchema, model).graph?.node ?? [];
  return nodes.map(({ opType }) => opType).filter((type) => type !== 'Identity');
}
