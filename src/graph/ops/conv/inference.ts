import type { Lowering } from '../../lowering.ts';
import { imageShape, type Shape, sameShape, shapeError, show } from '../../shape.ts';
import { applyOne, type Op, type Tensor } from '../../tensor.ts';
import type { ConvOptions } from './attributes.ts';
import { convShape } from './conv.ts';

/*
 * Convolution and normalisation as a trained network has them: plain ONNX operators that hold no batch size and have no
 * gradient. With constant weights ONNX Runtime blocks the channels by itself, keeps them blocked from one convolution to the
 * next and applies bias and activation to tiles in the cache; measured, that is as fast as blocking them by hand.
 */

export interface InferenceConvAttributes extends Required<ConvOptions> {
  readonly outputShape: Shape;
  /** Of the leaky ReLU that follows; 1 means none. */
  readonly slope: number;
}

export const INFERENCE_CONV = 'inferenceConv';

/** (x, weight[, bias]) -> leakyRelu(conv(x, weight) + bias) */
const inferenceConvOp: Op<InferenceConvAttributes> = {
  name: INFERENCE_CONV,
  infer: ([x], { outputShape }) => [{ shape: outputShape, dtype: (x as Tensor).dtype }],
  lower: (writer, names, { inputs, attributes: { padding, slope } }) => {
    const y = writer.node('Conv', names, onnxConvAttributes((inputs[1] as Tensor).shape, padding));
    return [lowerLeakyRelu(writer, y, slope)];
  },
};

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
 * @param bias [Co], or nothing
 * @param options `slope` of the activation left of 0; default 1, which means none
 * @returns [N, Co, Ho, Wo], as `conv2d`
 */
export function inferenceConv(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: ConvOptions & { readonly slope?: number } = {},
): Tensor {
  const { padding = 0, slope = 1 } = options;
  const outputShape = convShape(x, weight, padding);
  if (bias !== undefined && !sameShape(bias.shape, [outputShape[1] as number])) {
    throw shapeError('inferenceConv', `bias ${show(bias.shape)} does not fit weight ${show(weight.shape)}`);
  }
  const inputs = bias === undefined ? [x, weight] : [x, weight, bias];
  return applyOne(inferenceConvOp, inputs, { padding, slope, outputShape });
}

const instanceNormOp: Op<{ readonly epsilon: number; readonly slope: number }> = {
  name: 'instanceNormLeakyRelu',
  infer: ([x]) => [x as Tensor],
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
  gamma: Tensor,
  beta: Tensor,
  options: { readonly epsilon: number; readonly slope: number },
): Tensor {
  const [, channels] = imageShape(x, 'instanceNormLeakyRelu');
  for (const { shape } of [gamma, beta]) {
    if (!sameShape(shape, [channels])) {
      throw shapeError('instanceNormLeakyRelu', `coefficients ${show(shape)} do not fit ${show(x.shape)}`);
    }
  }
  return applyOne(instanceNormOp, [x, gamma, beta], options);
}
