/**
 * The engine by itself: symbolic tensors, operators with gradients, and training steps of any small network as ONNX models.
 *
 * A graph is built first and computed later: operators take symbolic tensors, whose shapes are known and checked, and give new ones.
 * `trainer` turns a model into training steps; `gradients` and `toOnnx` are what it is made of. The runtime is `nodeRuntime` of
 * `patchcl` or `browserRuntime` of `patchcl/browser`.
 *
 * @example
 * import { nodeRuntime } from 'patchcl';
 * import { linear, mean, sgd, square, sub, trainer, zeros } from 'patchcl/graph';
 *
 * const net = await trainer(await nodeRuntime(), {
 *   parameters: { weight: zeros([1, 2]), bias: zeros([1]) },
 *   inputs: { x: [4, 2], y: [4, 1] },
 *   model: (p, { x, y }) => ({ loss: mean(square(sub(linear(x, p), y))) }),
 *   optimiser: sgd(),
 *   learningRate: 0.1,
 * });
 * const { loss } = await net.step({ x: [0, 0, 0, 1, 1, 0, 1, 1], y: [0, 1, 1, 2] });
 * await net.dispose();
 *
 * @module
 */
export { Rng } from '../core/rng.ts';
export type { Feeds, InputSpec, InputSpecs, InputTensors } from '../engine/inputs.ts';
export { type ModelOutputs, type Results, type Trainer, type TrainerOptions, trainer } from '../engine/trainer.ts';
export {
  type BilinearOptions,
  type ConvOptions,
  type ConvTransposeOptions,
  convTranspose2d,
  type DType,
  erf,
  gelu,
  gradients,
  type LayerNormOptions,
  layerNorm,
  lessOrEqual,
  type MatmulOptions,
  type ModelOptions,
  type Operand,
  type ReduceOptions,
  relu,
  resizeBilinear,
  type ScaleShiftOptions,
  type SliceRange,
  scaleShiftLeakyRelu,
  sigmoid,
  sign,
  silu,
  type Target,
  tanh,
  toOnnx,
} from '../graph/index.ts';
export { type LinearParameters, linear, weightAndBias } from '../nn/linear.ts';
export { binaryCrossEntropy, crossEntropy, diceLoss, type PixelLossOptions, softplus } from '../nn/losses.ts';
export {
  type AdamWOptions,
  adamW,
  type Optimiser,
  type OptimiserInputs,
  type SgdOptions,
  sgd,
} from '../nn/optimisers.ts';
export { type Filled, kaiming, ones, type ParameterSpec, zeros } from '../nn/parameters.ts';
export type { NamedValues, Runtime, Session, Values } from '../runtime/runtime.ts';
export * from './operators.ts';
