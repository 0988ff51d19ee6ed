import { reshape } from './broadcast.ts';
import { lowerInputGradient, lowerWeightGradient } from './conv-gradient.ts';
import { add } from './elementwise.ts';
import { applyOne, imageShape, type Op, type Shape, shapeError, show, type Tensor } from './tensor.ts';

export interface ConvOptions {
  /** Step between output pixels in both directions. Default 1. */
  readonly stride?: number;
  /** Zeros around the image on every side. Default 0. */
  readonly padding?: number;
  /** Channel groups that do not see each other. Default 1. */
  readonly groups?: number;
}

/** Everything a convolution and its two gradients need to know about each other. */
export interface ConvAttributes extends Required<ConvOptions> {
  /** [N, Ci, H, W] */
  readonly inputShape: Shape;
  /** [Co, Ci / groups, kh, kw] */
  readonly weightShape: Shape;
  /** [N, Co, Ho, Wo] */
  readonly outputShape: Shape;
}

const convOp: Op<ConvAttributes> = {
  name: 'conv2d',
  infer: ([x], { outputShape }) => [{ shape: outputShape, dtype: (x as Tensor).dtype }],
  gradient: ({ inputs, attributes }, [gradient]) => {
    const [x, weight] = inputs as readonly [Tensor, Tensor];
    const dy = gradient as Tensor;
    return [applyOne(inputGradientOp, [dy, weight], attributes), applyOne(weightGradientOp, [x, dy], attributes)];
  },
  lower: (writer, inputs, { attributes }) => [
    writer.node('Conv', inputs, {
      kernel_shape: attributes.weightShape.slice(2),
      strides: [attributes.stride, attributes.stride],
      pads: Array<number>(4).fill(attributes.padding),
      group: attributes.groups,
    }),
  ],
};

/** (dy, weight) -> dx */
const inputGradientOp: Op<ConvAttributes> = {
  name: 'conv2dInputGradient',
  infer: ([dy], { inputShape }) => [{ shape: inputShape, dtype: (dy as Tensor).dtype }],
  lower: (writer, inputs, { attributes }) => [lowerInputGradient(writer, inputs, attributes)],
};

/** (x, dy) -> dweight */
const weightGradientOp: Op<ConvAttributes> = {
  name: 'conv2dWeightGradient',
  infer: ([x], { weightShape }) => [{ shape: weightShape, dtype: (x as Tensor).dtype }],
  lower: (writer, inputs, { attributes }) => [lowerWeightGradient(writer, inputs, attributes)],
};

/**
 * 2D cross-correlation, as deep learning calls convolution.
 *
 * @param x [N, Ci, H, W]
 * @param weight [Co, Ci / groups, kh, kw]
 * @param bias [Co], optional
 * @returns [N, Co, Ho, Wo], Ho = floor((H + 2 padding - kh) / stride) + 1
 * @throws PatchclError `shape`
 */
export function conv2d(x: Tensor, weight: Tensor, bias?: Tensor, options: ConvOptions = {}): Tensor {
  const { stride = 1, padding = 0, groups = 1 } = options;
  const [n, channelsIn, height, width] = imageShape(x, 'conv2d');
  const [channelsOut, perGroup, kernelHeight, kernelWidth] = imageShape(weight, 'conv2d weight');
  if (perGroup * groups !== channelsIn || channelsOut % groups !== 0) {
    throw shapeError('conv2d', `weight ${show(weight.shape)} in ${groups} groups does not fit image ${show(x.shape)}`);
  }
  const out = (size: number, kernel: number) => Math.floor((size + 2 * padding - kernel) / stride) + 1;
  const outputShape = [n, channelsOut, out(height, kernelHeight), out(width, kernelWidth)];
  if (outputShape.some((size) => size < 1)) {
    throw shapeError('conv2d', `a kernel of ${kernelHeight} x ${kernelWidth} does not fit into ${show(x.shape)}`);
  }
  const shapes = { inputShape: x.shape, weightShape: weight.shape, outputShape };
  const y = applyOne(convOp, [x, weight], { stride, padding, groups, ...shapes });
  return bias === undefined ? y : add(y, reshape(bias, [1, channelsOut, 1, 1]));
}
