export { gradients } from './autodiff.ts';
export { constant, input, integers } from './leaf.ts';
export type { Target } from './lowering.ts';
export { type ModelOptions, stagesToOnnx, toOnnx } from './model.ts';
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
export { erf, gelu, relu, sigmoid, silu, tanh } from './ops/activations.ts';
export { meanOverRanks, sumOverRanks } from './ops/all-reduce.ts';
export { batchNormLeakyRelu } from './ops/batch-norm.ts';
export { type BilinearOptions, resizeBilinear } from './ops/bilinear.ts';
export { type ReduceOptions, reshape, sum } from './ops/broadcast.ts';
export type { ConvOptions } from './ops/conv/attributes.ts';
export { conv2d } from './ops/conv/conv.ts';
export { inferenceConv, instanceNormLeakyRelu } from './ops/conv/inference.ts';
export { type ConvTransposeOptions, convTranspose2d } from './ops/conv/stepped.ts';
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
  lessOrEqual,
  log,
  maximum,
  minimum,
  mul,
  neg,
  type Operand,
  sign,
  sqrt,
  square,
  stopGradient,
  sub,
  where,
} from './ops/elementwise.ts';
export { type LayerNormOptions, layerNorm } from './ops/layer-norm.ts';
export { type MatmulOptions, matmul } from './ops/matmul.ts';
export { planeStatistics, type ScaleShiftOptions, scaleShiftLeakyRelu } from './ops/normalise.ts';
export { averagePool2d, maxPool2d } from './ops/pool.ts';
export { concat, pad, type SliceRange, slice, split, transpose } from './ops/rearrange.ts';
export { max, mean, min } from './ops/reduce.ts';
export { depthToSpace, spaceToDepth, upsampleNearest } from './ops/resample.ts';
export { argMax, gatherAlong, gatherRows, oneHot, top } from './ops/select.ts';
export { logSoftmax, logSumExp, NEVER, softmax } from './ops/softmax.ts';
export type { Range } from './quantise/integer-ops.ts';
export { convConstants, observedTensors, type QuantisationPlan, quantiseGraph } from './quantise/quantise.ts';
export { type DType, extent, imageShape, type Shape, sameShape, shapeError, show, sizeOf } from './shape.ts';
export { cutIntoStages } from './stages.ts';
export type { Tensor } from './tensor.ts';
