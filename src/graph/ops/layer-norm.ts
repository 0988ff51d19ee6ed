import { constant } from '../leaf.ts';
import { type Shape, sameShape, shapeError, show, sizeOf } from '../shape.ts';
import { applyOne, type Op, type Tensor } from '../tensor.ts';
import { sumTo } from './broadcast.ts';
import { add, div, mul, sqrt, square, sub } from './elementwise.ts';
import { mean } from './reduce.ts';

interface LayerNormAttributes {
  /** The first of the axes that are normalised together, which are the last ones. */
  readonly axis: number;
  readonly epsilon: number;
}

const filled = (value: number, shape: Shape) => constant(new Float32Array(sizeOf(shape)).fill(value), shape);

const layerNormOp: Op<LayerNormAttributes, [x: Tensor, gamma: Tensor, beta: Tensor]> = {
  name: 'layerNorm',
  infer: ([x]) => [x],
  gradient: ({ inputs: [x, gamma, beta], attributes }, [dy]) => {
    const { axis, epsilon } = attributes;
    const over = { axes: x.shape.map((_, i) => i).slice(axis), keepDims: true };
    const normal = applyOne(layerNormOp, [x, filled(1, gamma.shape), filled(0, gamma.shape)], attributes);
    const deviation = sqrt(add(mean(square(sub(x, mean(x, over))), over), epsilon));
    // What moves the mean or the deviation of all does not move the result.
    const scaled = mul(dy, gamma);
    const along = mul(normal, mean(mul(scaled, normal), over));
    const dx = div(sub(sub(scaled, mean(scaled, over)), along), deviation);
    return [dx, sumTo(mul(dy, normal), gamma.shape), sumTo(dy, beta.shape)];
  },
  lower: (writer, names, { attributes: { axis, epsilon } }) => [
    writer.node('LayerNormalization', names, { axis, epsilon: { float: epsilon } }),
  ],
};

/** Coefficients of a layer norm. */
export interface LayerNormOptions {
  /** As many of the last axes of x are normalised together as it has: [C] for the channels of [N, C]. */
  readonly gamma: Tensor;
  /** Of gamma's shape. */
  readonly beta: Tensor;
  /** Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * gamma (x - mean) / sqrt(variance + epsilon) + beta with mean and (biased) variance over the last axes.
 * Source: Ba et al., "Layer normalization", 2016.
 *
 * @throws PatchclError `shape`
 */
export function layerNorm(x: Tensor, { gamma, beta, epsilon = 1e-5 }: LayerNormOptions): Tensor {
  const axis = x.shape.length - gamma.shape.length;
  if (gamma.shape.length === 0 || !sameShape(x.shape.slice(Math.max(0, axis)), gamma.shape)) {
    throw shapeError('layerNorm', `gamma ${show(gamma.shape)} does not have the last axes of ${show(x.shape)}`);
  }
  if (!sameShape(gamma.shape, beta.shape)) {
    throw shapeError('layerNorm', `gamma ${show(gamma.shape)} and beta ${show(beta.shape)} differ`);
  }
  return applyOne(layerNormOp, [x, gamma, beta], { axis, epsilon });
}
