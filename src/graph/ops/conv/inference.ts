import type { Lowering } from '../../lowering.ts';
import { imageShape, type Shape, sameShape, shapeError, show } from '../../shape.ts';
import { applies, applyOne, type Node, type Op, type Tensor } from '../../tensor.ts';
import type { ConvOptions } from './attributes.ts';
import { convShape } from './shape.ts';

/*
 * Convolution and normalisation as a trained network has them: plain ONNX operators that hold no batch size and have no
 * gradient. With constant weights ONNX Runtime blocks the channels by itself, keeps them blocked from one convolution to the
 * next and applies bias and activation to tiles in the cache; measured, that is as fast as blocking them by hand.
 */

export interface InferenceConvAttributes {
  readonly padding: number;
  readonly outputShape: Shape;
  /** Of the leaky ReLU that follows; 1 means none. */
  readonly slope: number;
}

type InferenceConvInputs = [x: Tensor, weight: Tensor, ...bias: Tensor[]];

/** An application of {@link inferenceConv}. */
export type InferenceConv = Node<InferenceConvAttributes, InferenceConvInputs, [y: Tensor]> & Node;

/** (x, weight[, bias]) -> leakyRelu(conv(x, weight) + bias) */
const inferenceConvOp: Op<InferenceConvAttributes, InferenceConvInputs> = {
  name: 'inferenceConv',
  infer: ([x], { outputShape }) => [{ shape: outputShape, dtype: x.dtype }],
  lower: (writer, names, { inputs: [, weight], attributes: { padding, slope } }) => {
    const y = writer.node('Conv', names, onnxConvAttributes(weight.shape, padding));
    return [lowerLeakyRelu(writer, y, slope)];
  },
};

export function isInferenceConv(node: Node): node is InferenceConv {
  return applies(node, inferenceConvOp);
}

/** ONNX's attributes of a convolution. @param weightShape [Co, Ci, kh, kw] */
export function onnxConvAttributes(weightShape: Shape, padding: number) {
  return { kernel_shape: weightShape.slice(2), pads: [padding, padding, padding, padding] };
}

function lowerLeakyRelu(writer: Lowering, x: string, slope: number): string {
  return slope === 1 ? x : writer.node('LeakyRelu', [x], { alpha: { float: slope } });
}

/**
 * leakyRelu(conv(x, weight) + bias) without gradient.
 *
 * @param x [N, Ci, H, W]
 * @param weight [Co, Ci, kh, kw]
 * @param options `slope` of the activation left of 0; default 1, which means none
 * @returns [N, Co, Ho, Wo], as `conv2d`
 */
export function inferenceConv(
  x: Tensor,
  weight: Tensor,
  { bias, padding = 0, slope = 1 }: Pick<ConvOptions, 'bias' | 'padding'> & { readonly slope?: number } = {},
): Tensor {
  const outputShape = convShape(x, weight, { bias, padding });
  return applyOne(inferenceConvOp, [x, weight, ...(bias === undefined ? [] : [bias])], { padding, slope, outputShape });
}

interface NormalisationAttributes {
  readonly epsilon: number;
  readonly slope: number;
}

const instanceNormOp: Op<NormalisationAttributes, [x: Tensor, gamma: Tensor, beta: Tensor]> = {
  name: 'instanceNormLeakyRelu',
  infer: ([x]) => [x],
  // One operator that takes each plane through the cache: half the time of statistics, coefficients, scale and shift.
  lower: (writer, names, { attributes: { epsilon, slope } }) => [
    lowerLeakyRelu(writer, writer.node('InstanceNormalization', names, { epsilon: { float: epsilon } }), slope),
  ],
};

/**
 * leakyRelu(gamma (x - mean) / sqrt(variance + epsilon) + beta) with the statistics of each plane, without gradient.
 *
 * @param x [N, C, H, W]
 * @param gamma and beta: [C]
 */
export function instanceNormLeakyRelu(
  x: Tensor,
  { gamma, beta }: { readonly gamma: Tensor; readonly beta: Tensor },
  options: NormalisationAttributes,
): Tensor {
  const [, channels] = imageShape(x, 'instanceNormLeakyRelu');
  for (const { shape } of [gamma, beta]) {
    if (!sameShape(shape, [channels])) {
      throw shapeError('instanceNormLeakyRelu', `coefficients ${show(shape)} do not fit ${show(x.shape)}`);
    }
  }
  return applyOne(instanceNormOp, [x, gamma, beta], options);
}
