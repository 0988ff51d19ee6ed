import type { Attributes, Lowering } from '../../lowering.ts';
import { extent, type ImageShape, imageShape, sameShape, shapeError, show } from '../../shape.ts';
import { applyOne, type Op, type Tensor } from '../../tensor.ts';
import { lowerMatmul } from '../matmul.ts';
import type { ConvOptions } from './attributes.ts';
import { biasGradient } from './bias.ts';
import { lowerBlockedConv, prefersBlocked } from './blocked.ts';
import { lowerPlainConv } from './plain.ts';
import { checkSteps, convShape } from './shape.ts';
import { sumOverImages, unfold } from './unfold.ts';

/*
 * Convolution with a stride or a dilation, and its transpose. A convolution is linear in the image and in the weight, so three
 * operators are each other's gradients: y from (x, weight), x from (y, weight), which is transposed convolution, and weight from
 * (x, y).
 */

interface SteppedAttributes {
  readonly padding: number;
  readonly stride: number;
  readonly dilation: number;
  /** Of the image of the larger side, [N, Ci, H, W]. */
  readonly inputShape: ImageShape;
  /** [Co, Ci, kh, kw] */
  readonly weightShape: ImageShape;
  /** Of the image of the smaller side, [N, Co, Ho, Wo]. */
  readonly outputShape: ImageShape;
}

/** (x, weight[, bias]) -> y */
const convOp: Op<SteppedAttributes, [x: Tensor, weight: Tensor, ...bias: Tensor[]]> = {
  name: 'steppedConv',
  infer: ([x], { outputShape }) => [{ shape: outputShape, dtype: x.dtype }],
  gradient: ({ inputs: [x, weight, bias], attributes }, [dy]) => {
    const dx = applyOne(transposedOp, [dy, weight], attributes);
    const dWeight = applyOne(weightOp, [x, dy], attributes);
    return bias === undefined ? [dx, dWeight] : [dx, dWeight, biasGradient(dy)];
  },
  lower: (writer, [x, weight, bias], { attributes }) => {
    const { weightShape, padding } = attributes;
    const [pads, steps] = [[padding, padding, padding, padding] as const, stepsOf(attributes)];
    const names = { x, weight, bias };
    if (prefersBlocked(writer, attributes)) {
      return [lowerBlockedConv(writer, names, { weightShape, pads, steps })];
    }
    return [lowerPlainConv(writer, names, { kernel_shape: weightShape.slice(2), pads, ...steps })];
  },
};

/** (y, weight[, bias]) -> x */
const transposedOp: Op<SteppedAttributes, [y: Tensor, weight: Tensor, ...bias: Tensor[]]> = {
  name: 'convTranspose2d',
  infer: ([y], { inputShape }) => [{ shape: inputShape, dtype: y.dtype }],
  gradient: ({ inputs: [y, weight, bias], attributes }, [dx]) => {
    const dy = applyOne(convOp, [dx, weight], attributes);
    const dWeight = applyOne(weightOp, [dx, y], attributes);
    return bias === undefined ? [dy, dWeight] : [dy, dWeight, biasGradient(dx)];
  },
  lower: (writer, names, { attributes }) => {
    const { inputShape, weightShape, outputShape, padding, stride, dilation } = attributes;
    // Rows and columns that the last place of the kernel did not reach.
    const missed = [2, 3].map((axis) => {
      const reached = (extent(outputShape, axis) - 1) * stride + dilation * (extent(weightShape, axis) - 1) + 1;
      return extent(inputShape, axis) + 2 * padding - reached;
    });
    const pads = [padding, padding, padding, padding];
    const options = { kernel_shape: weightShape.slice(2), pads, output_padding: missed, ...stepsOf(attributes) };
    return [writer.node('ConvTranspose', names, options)];
  },
};

/** (x, y) -> weight */
const weightOp: Op<SteppedAttributes, [x: Tensor, y: Tensor]> = {
  name: 'steppedConvWeight',
  infer: ([x], { weightShape }) => [{ shape: weightShape, dtype: x.dtype }],
  gradient: ({ inputs: [x, y], attributes }, [dWeight]) => [
    applyOne(transposedOp, [y, dWeight], attributes),
    applyOne(convOp, [x, dWeight], attributes),
  ],
  lower: (writer, [x, y], { attributes }) => [lowerWeight(writer, [x, y], attributes)],
};

/** One product of y with x unfolded to an image per channel and tap: strides leave few pixels to copy. */
function lowerWeight(writer: Lowering, [x, y]: readonly [string, string], attributes: SteppedAttributes): string {
  const { padding, inputShape, weightShape, outputShape } = attributes;
  const [n, channelsIn] = inputShape;
  const [, channelsOut, outHeight, outWidth] = outputShape;
  const [, , kernelHeight, kernelWidth] = weightShape;
  const pixels = outHeight * outWidth;
  const unfolded = unfold(writer, x, {
    channels: channelsIn,
    kernel: [kernelHeight, kernelWidth],
    pads: [padding, padding, padding, padding],
    steps: stepsOf(attributes),
  });
  const taps = channelsIn * kernelHeight * kernelWidth;
  const rows = writer.node('Reshape', [y, writer.ints(n, channelsOut, pixels)]);
  const columns = writer.node('Reshape', [unfolded, writer.ints(n, taps, pixels)]);
  const shapes = [
    [n, channelsOut, pixels],
    [n, taps, pixels],
  ] as const;
  const products = lowerMatmul(writer, [rows, columns], { transposeB: true, shapes });
  return writer.node('Reshape', [sumOverImages(writer, products, n), writer.ints(...weightShape)]);
}

function stepsOf({ stride, dilation }: SteppedAttributes): Attributes {
  return { strides: [stride, stride], dilations: [dilation, dilation] };
}

/** `conv2d` with a stride or a dilation above 1. */
export function steppedConv(x: Tensor, weight: Tensor, options: ConvOptions): Tensor {
  const { bias, padding = 0, stride = 1, dilation = 1 } = options;
  return applyOne(convOp, [x, weight, ...(bias === undefined ? [] : [bias])], {
    ...{ padding, stride, dilation },
    inputShape: imageShape(x, 'conv2d'),
    weightShape: imageShape(weight, 'conv2d'),
    outputShape: convShape(x, weight, options),
  });
}

/** Of a transposed convolution; none of them is needed. */
export interface ConvTransposeOptions extends ConvOptions {
  /** Rows and columns more at the end, fewer than the stride: which of the sizes is meant that a convolution maps to one. Default 0. */
  readonly outputPadding?: number;
}

/**
 * Transposed convolution, the linear map that is the gradient of `conv2d` by its image: enlarges by the stride.
 *
 * @param x [N, Ci, H, W]
 * @param weight [Ci, Co, kh, kw], the weight of the convolution from Co to Ci channels
 * @returns [N, Co, Ho, Wo], Ho = (H - 1) stride - 2 padding + dilation (kh - 1) + 1 + output padding
 * @throws PatchclError `shape`
 */
export function convTranspose2d(x: Tensor, weight: Tensor, options: ConvTransposeOptions = {}): Tensor {
  const { bias, padding = 0, stride = 1, dilation = 1, outputPadding = 0 } = options;
  const [n, channelsIn, height, width] = imageShape(x, 'convTranspose2d');
  const [weightChannels, channelsOut, kernelHeight, kernelWidth] = imageShape(weight, 'convTranspose2d weight');
  checkSteps('convTranspose2d', { padding, stride, dilation, outputPadding });
  if (weightChannels !== channelsIn) {
    throw shapeError('convTranspose2d', `weight ${show(weight.shape)} does not fit image ${show(x.shape)}`);
  }
  if (outputPadding >= stride) {
    throw shapeError('convTranspose2d', `an output padding of ${outputPadding} is not below the stride of ${stride}`);
  }
  if (bias !== undefined && !sameShape(bias.shape, [channelsOut])) {
    throw shapeError('convTranspose2d', `bias ${show(bias.shape)} does not fit weight ${show(weight.shape)}`);
  }
  const along = (size: number, kernel: number) =>
    (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1 + outputPadding;
  const [outHeight, outWidth] = [along(height, kernelHeight), along(width, kernelWidth)];
  if (outHeight < 1 || outWidth < 1) {
    throw shapeError('convTranspose2d', `a padding of ${padding} leaves nothing of ${show(x.shape)}`);
  }
  return applyOne(transposedOp, [x, weight, ...(bias === undefined ? [] : [bias])], {
    ...{ padding, stride, dilation },
    inputShape: [n, channelsOut, outHeight, outWidth],
    weightShape: [channelsIn, channelsOut, kernelHeight, kernelWidth],
    outputShape: [n, channelsIn, height, width],
  });
}
