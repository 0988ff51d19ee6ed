import { scalar } from '../leaf.ts';
import { imageShape } from '../shape.ts';
import { applyOne, type Op, type Tensor } from '../tensor.ts';
import { meanOverRanks, sumOverRanks } from './all-reduce.ts';
import { sumTo } from './broadcast.ts';
import { add, div, mul, neg, sqrt, square, stopGradient, sub } from './elementwise.ts';
import {
  activationGradient,
  lowerScaleShiftLeakyRelu,
  planeStatistics,
  type ScaleShiftAttributes,
  scalePlanes,
  scaleShiftLeakyRelu,
} from './normalise.ts';
import { planeDots, planeSums } from './planes.ts';
import { mean } from './reduce.ts';

/** Mean and (biased) variance of every channel over the batch, that of all ranks: [1, C, 1, 1]. */
export interface BatchStatistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** Pixels of a channel that they were taken of, a scalar. */
  readonly count: Tensor;
}

type BatchNormInputs = [x: Tensor, scale: Tensor, shift: Tensor, mean: Tensor, deviation: Tensor, count: Tensor];

/**
 * (x, scale, shift, mean, deviation, count) -> leakyRelu(x * scale + shift), where scale and shift hold x's own mean and
 * deviation over the batch. The gradient of x is the whole one, by way of these too; they count as constants for the rest
 * of the graph. In closed form it is scale * (dz + slope * x + offset) with numbers per channel, two sums over the pixels.
 */
const batchNormOp: Op<ScaleShiftAttributes, BatchNormInputs> = {
  name: 'batchNorm',
  light: true,
  infer: ([x]) => [x],
  gradient: ({ inputs: [x, scale, shift, center, deviation, count], outputs: [y], attributes }, [dy]) => {
    const dz = activationGradient(y, dy, attributes);
    const [dScale, dShift] = [sumTo(planeDots(dz, x), scale.shape), sumTo(planeSums(dz), shift.shape)];
    // Through the statistics, a pixel of one rank moves those of all.
    const [dots, sums] = [sumOverRanks(dScale), sumOverRanks(dShift)];
    const slope = div(sub(mul(sums, center), dots), mul(square(deviation), count));
    const offset = neg(add(div(sums, count), mul(slope, center)));
    const dx = scalePlanes(add(dz, scaleShiftLeakyRelu(x, { scale: slope, shift: offset })), scale);
    return [dx, dScale, dShift, undefined, undefined, undefined];
  },
  lower: (writer, [x, scale, shift], { inputs: [image, scales, shifts], attributes }) => [
    lowerScaleShiftLeakyRelu(writer, [x, scale, shift], { inputs: [image, scales, shifts], attributes }),
  ],
};

/**
 * leakyRelu(gamma (x - mean) / sqrt(variance + epsilon) + beta) with the statistics of every channel over the batch.
 *
 * @param x [N, C, H, W]
 * @param gamma and beta: [1, C, 1, 1]
 */
export function batchNormLeakyRelu(
  x: Tensor,
  { gamma, beta }: { readonly gamma: Tensor; readonly beta: Tensor },
  { epsilon, slope }: { readonly epsilon: number; readonly slope: number },
): { readonly y: Tensor; readonly statistics: BatchStatistics } {
  const statistics = batchStatistics(stopGradient(x));
  const deviation = sqrt(add(statistics.variance, epsilon));
  const scale = div(gamma, deviation);
  const shift = sub(beta, mul(statistics.mean, scale));
  const y = applyOne(batchNormOp, [x, scale, shift, statistics.mean, deviation, statistics.count], { slope });
  return { y, statistics };
}

function batchStatistics(x: Tensor): BatchStatistics {
  const planes = planeStatistics(x);
  const overBatch = { axes: [0], keepDims: true };
  const ownCenter = mean(planes.mean, overBatch);
  // Variance over this rank's part of the batch: mean of the planes' variances plus variance of their means.
  const ownVariance = mean(add(planes.variance, square(sub(planes.mean, ownCenter))), overBatch);
  const center = meanOverRanks(ownCenter);
  // And over the whole batch: mean of the ranks' variances plus variance of their means. All in one sum over the ranks.
  const betweenRanks = sub(meanOverRanks(square(ownCenter)), square(center));
  const variance = add(meanOverRanks(ownVariance), betweenRanks);
  const [n, , height, width] = imageShape(x, 'batchNorm');
  return { mean: center, variance, count: sumOverRanks(scalar(n * height * width)) };
}
