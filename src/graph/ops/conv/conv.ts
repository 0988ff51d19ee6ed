import type { Lowering } from '../../lowering.ts';
import { extent, type ImageShape, imageShape, sizeOf } from '../../shape.ts';
import { applies, applyOne, type Op, type Tensor } from '../../tensor.ts';
import { reshape } from '../broadcast.ts';
import { add, mul } from '../elementwise.ts';
import { scaledPlanes } from '../normalise.ts';
import { concatOp, split } from '../rearrange.ts';
import type { ConvAttributes, ConvOptions } from './attributes.ts';
import { biasGradient } from './bias.ts';
import { lowerBlockedConv, prefersBlocked } from './blocked.ts';
import { lowerInputGradient } from './input-gradient.ts';
import { type ConvInputs, lowerPlainConv } from './plain.ts';
import { convShape } from './shape.ts';
import { steppedConv } from './stepped.ts';
import { lowerWeightGradient } from './weight-gradient.ts';

const convOp: Op<ConvAttributes, [x: Tensor, weight: Tensor, ...bias: Tensor[]]> = {
  name: 'conv2d',
  infer: ([x], { outputShape }) => [{ shape: outputShape, dtype: x.dtype }],
  gradient: ({ inputs: [x, weight, bias], attributes }, [gradient]) => {
    const { dy, scale } = unscaled(gradient, weight);
    const dx = applyOne(inputGradientOp, [dy, scaleOutputs(weight, scale)], attributes);
    const dWeight = scaleOutputs(applyOne(weightGradientOp, [x, dy], attributes), scale);
    return bias === undefined ? [dx, dWeight] : [dx, dWeight, scaleOutputs(biasGradient(dy), scale)];
  },
  lower: (writer, [x, weight, bias], { attributes }) => [lowerConv(writer, { x, weight, bias }, attributes)],
  lowerSum: (writer, [x, weight, bias], { attributes }, addend) =>
    sumsInConv(writer, attributes.outputShape) ? lowerConv(writer, { x, weight, bias, addend }, attributes) : undefined,
};

/** Numbers of the images per number of the weight from which on it is cheaper to scale the weight and its gradient. */
const LEAST_SHARE = 8;

/** A gradient that is another one times a number per output channel (a normalisation's): those numbers go to the weight. */
function unscaled(gradient: Tensor, weight: Tensor): { readonly dy: Tensor; readonly scale?: Tensor } {
  const scaled = scaledPlanes(gradient);
  const pays = sizeOf(gradient.shape) >= LEAST_SHARE * sizeOf(weight.shape);
  return scaled?.scale.shape[0] === 1 && pays ? { dy: scaled.x, scale: scaled.scale } : { dy: gradient };
}

/** A weight or a bias times one number per output channel, if there are any. */
function scaleOutputs(weight: Tensor, scale: Tensor | undefined): Tensor {
  const perChannel = weight.shape.map((channels, axis) => (axis === 0 ? channels : 1));
  return scale === undefined ? weight : mul(weight, reshape(scale, perChannel));
}

/** Whether a convolution adds to its result without a pass of its own. */
function sumsInConv(writer: Lowering, [, channelsOut]: ImageShape): boolean {
  const { device, nchwcBlock } = writer.target;
  if (nchwcBlock !== undefined) return channelsOut % nchwcBlock === 0;
  // WebGPU's FusedConv crashes on an addend without a bias (ONNX Runtime 1.30).
  return device === 'cpu' || device === 'wasm';
}

function lowerConv(writer: Lowering, names: ConvInputs, attributes: ConvAttributes): string {
  const { weightShape, padding } = attributes;
  const pads = [padding, padding, padding, padding] as const;
  if (prefersBlocked(writer, attributes)) return lowerBlockedConv(writer, names, { ...attributes, pads });
  return lowerPlainConv(writer, names, { kernel_shape: weightShape.slice(2), pads });
}

/** (dy, weight) -> dx */
const inputGradientOp: Op<ConvAttributes, [dy: Tensor, weight: Tensor]> = {
  name: 'conv2dInputGradient',
  infer: ([dy], { inputShape }) => [{ shape: inputShape, dtype: dy.dtype }],
  lower: (writer, [dy, weight], { attributes }) => [lowerInputGradient(writer, { dy, weight }, attributes)],
  lowerSum: (writer, [dy, weight], { attributes }, addend) =>
    sumsInConv(writer, attributes.inputShape)
      ? lowerInputGradient(writer, { dy, weight, addend }, attributes)
      : undefined,
};

/** (x, dy) -> dweight */
const weightGradientOp: Op<ConvAttributes, [x: Tensor, dy: Tensor]> = {
  name: 'conv2dWeightGradient',
  infer: ([x], { weightShape }) => [{ shape: weightShape, dtype: x.dtype }],
  lower: (writer, inputs, { attributes }) => [lowerWeightGradient(writer, inputs, attributes)],
};

/**
 * 2D cross-correlation, as deep learning calls convolution.
 *
 * @param x [N, Ci, H, W]
 * @param weight [Co, Ci, kh, kw]
 * @returns [N, Co, Ho, Wo], Ho = floor((H + 2 padding - dilation (kh - 1) - 1) / stride) + 1
 * @throws PatchclError `shape`
 */
export function conv2d(x: Tensor, weight: Tensor, options: ConvOptions = {}): Tensor {
  const { bias, padding = 0, stride = 1, dilation = 1 } = options;
  if (stride !== 1 || dilation !== 1) return steppedConv(x, weight, options);
  const outputShape = convShape(x, weight, options);
  return sumOfConvolutions(concatenated(x), { weight, bias, padding, outputShape });
}

/** What a tensor was concatenated from along the channels. */
function concatenated(x: Tensor): readonly [Tensor, ...Tensor[]] {
  return applies(x.node, concatOp) && x.node.attributes.axis === 1 ? x.node.inputs : [x];
}

interface SumOfConvolutions extends Pick<ConvAttributes, 'padding' | 'outputShape'> {
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
}

/**
 * A convolution of concatenated images is the sum of convolutions with parts of the weight:
 * the concatenation, its copy in the weight gradient and the split of the input gradient are never made.
 */
function sumOfConvolutions(
  parts: readonly [Tensor, ...Tensor[]],
  { weight, bias, padding, outputShape }: SumOfConvolutions,
): Tensor {
  // One Split, whose gradient is one concatenation; of slices, each would be padded and added to the others.
  const sizes = parts.map(({ shape }) => extent(shape, 1));
  const weights = parts.length === 1 ? [weight] : split(weight, sizes, 1);
  return parts
    .map((part, i) => {
      const own = weights[i] as Tensor;
      const shapes = { inputShape: imageShape(part, 'conv2d'), weightShape: imageShape(own, 'conv2d'), outputShape };
      const biases = bias === undefined || i > 0 ? [] : [bias];
      return applyOne(convOp, [part, own, ...biases], { padding, ...shapes });
    })
    .reduce((total, term) => add(total, term));
}
