export { gradients } from './autodiff.ts';
export { constant, input, integers } from './leaf.ts';
export type { Target } from './lowering.ts';
export { stagesToOnnx, toOnnx } from './model.ts';
export {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  type ValueInfoProto,
} from './onnx/onnx_pb.ts';
export { GraphWriter } from './onnx/writer.ts';
export { meanOverRanks, sumOverRanks } from './ops/all-reduce.ts';
export { batchNormLeakyRelu } from './ops/batch-norm.ts';
export { resizeBilinear } from './ops/bilinear.ts';
export { reshape, sum } from './ops/broadcast.ts';
export type { ConvOptions } from './ops/conv/attributes.ts';
export { conv2d } from './ops/conv/conv.ts';
export { inferenceConv, instanceNormLeakyRelu } from './ops/conv/inference.ts';
export {
  abs,
  add,
  cast,
  div,
  equal,
  exp,
  greater,
  greaterOrEqual,
  leakyRelu,
  less,
  log,
  maximum,
  minimum,
  mul,
  neg,
  sqrt,
  square,
  stopGradient,
  sub,
  where,
} from './ops/elementwise.ts';
export { matmul } from './ops/matmul.ts';
export { planeStatistics, scaleShiftLeakyRelu } from './ops/normalise.ts';
export { averagePool2d, maxPool2d } from './ops/pool.ts';
export { concat, pad, slice, split, transpose } from './ops/rearrange.ts';
export { max, mean, min } from './ops/reduce.ts';
export { depthToSpace, spaceToDepth, upsampleNearest } from './ops/resample.ts';
export { argMax, gatherAlong, gatherRows, oneHot, top } from './ops/select.ts';
export { logSoftmax, logSumExp, NEVER, softmax } from './ops/softmax.ts';
export type { Range } from './quantise/integer-ops.ts';
export { convConstants, observedTensors, type QuantisationPlan, quantiseGraph } from './quantise/quantise.ts';
export { type DType, extent, imageShape, type Shape, shapeError, show, sizeOf } from './shape.ts';
export { cutIntoStages } from './stages.ts';
export type { Tensor } from './tensor.ts';
