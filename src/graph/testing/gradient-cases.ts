import { check, type GradientCheck } from '../../testing/gradient-check.ts';
import { integers } from '../leaf.ts';
import { erf, gelu, relu, sigmoid, silu, tanh } from '../ops/activations.ts';
import { meanOverRanks, sumOverRanks } from '../ops/all-reduce.ts';
import { batchNormLeakyRelu } from '../ops/batch-norm.ts';
import { resizeBilinear } from '../ops/bilinear.ts';
import { broadcastTo, reshape, sum, sumTo } from '../ops/broadcast.ts';
import { conv2d } from '../ops/conv/conv.ts';
import {
  abs,
  add,
  div,
  exp,
  greater,
  leakyRelu,
  log,
  maximum,
  minimum,
  mul,
  neg,
  sqrt,
  square,
  sub,
  where,
} from '../ops/elementwise.ts';
import { layerNorm } from '../ops/layer-norm.ts';
import { matmul } from '../ops/matmul.ts';
import { planeStatistics, scalePlanes, scaleShiftLeakyRelu } from '../ops/normalise.ts';
import { averagePool2d, maxPool2d } from '../ops/pool.ts';
import { concat, pad, slice, split, transpose } from '../ops/rearrange.ts';
import { max, mean, min } from '../ops/reduce.ts';
import { depthToSpace, spaceToDepth, upsampleNearest } from '../ops/resample.ts';
import { gatherRows } from '../ops/select.ts';
import { logSoftmax, logSumExp, softmax } from '../ops/softmax.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { convCases, convTransposeCases } from './conv-cases.ts';
import {
  CHANNEL,
  distinct,
  FULL_CHANNEL,
  FULL_PLANE,
  IMAGE,
  inBlocks,
  PLANE,
  positive,
  spread,
} from './gradient-draws.ts';

/** Gradient checks by the name of the exported function, then by what is special about the case. */
export const GRADIENT_CASES: Readonly<Record<string, Readonly<Record<string, GradientCheck>>>> = {
  add: {
    'broadcasting both ways': check(
      [
        [2, 1, 3],
        [4, 1],
      ],
      add,
    ),
  },
  sub: { broadcasting: check([[2, 3], [3]], sub) },
  mul: {
    broadcasting: check(
      [
        [2, 3],
        [2, 1],
      ],
      mul,
    ),
    'by a scalar': check([[2, 3], []], mul),
  },
  div: { broadcasting: check([[2, 3], [3]], div, { ...spread, step: 0.01 }) },
  minimum: { plain: check([[8], [8]], minimum, distinct()) },
  maximum: { plain: check([[8], [8]], maximum, distinct()) },
  where: {
    plain: check([[6], [6]], (a, b) => where(greater(a, 0), a, b), spread),
    broadcasting: check([[2, 3], [3]], (a, b) => where(greater(b, 0), a, b), spread),
  },
  sumOverRanks: { 'of one rank': check([[2, 3]], (x) => square(sumOverRanks(x))) },
  meanOverRanks: { 'of one rank': check([[2, 3]], (x) => square(meanOverRanks(x))) },
  neg: { plain: check([[7]], neg) },
  exp: { plain: check([[7]], exp) },
  log: { plain: check([[7]], log, positive) },
  sqrt: { plain: check([[7]], sqrt, positive) },
  abs: { plain: check([[7]], abs, spread) },
  square: { plain: check([[7]], square) },
  relu: { plain: check([[9]], relu, spread), 'in blocks': inBlocks((x) => relu(sub(x, 1.5))) },
  sigmoid: { plain: check([[9]], sigmoid), 'in blocks': inBlocks(sigmoid) },
  tanh: { plain: check([[9]], tanh), 'in blocks': inBlocks(tanh) },
  erf: { plain: check([[9]], erf) },
  silu: { plain: check([[9]], silu) },
  gelu: { plain: check([[9]], gelu) },
  layerNorm: {
    'over the last axis': check([[3, 5], [5], [5]], (x, gamma, beta) => layerNorm(x, { gamma, beta }), { step: 0.01 }),
    'over two axes': check(
      [
        [2, 3, 4],
        [3, 4],
        [3, 4],
      ],
      (x, gamma, beta) => layerNorm(x, { gamma, beta, epsilon: 0.1 }),
      { step: 0.01 },
    ),
  },
  leakyRelu: { plain: check([[9]], (x) => leakyRelu(x, 0.1), spread) },
  sum: {
    'over axes': check([[2, 3, 4]], (x) => sum(x, { axes: [0, -1] })),
    whole: check([[2, 3]], (x) => sum(x)),
  },
  mean: { 'keeping axes': check([[2, 3, 4]], (x) => mean(x, { axes: [1], keepDims: true })) },
  max: { 'over an axis': check([[3, 5]], (x) => max(x, { axes: [1] }), distinct()) },
  min: { 'over an axis': check([[3, 5]], (x) => min(x, { axes: [0] }), distinct()) },
  reshape: { plain: check([[2, 6]], (x) => mul(reshape(x, [3, 4]), 2)) },
  broadcastTo: { 'new and old axes': check([[3, 1]], (x) => broadcastTo(x, [2, 3, 4])) },
  sumTo: { 'new and old axes': check([[2, 3, 4]], (x) => sumTo(x, [3, 1])) },
  transpose: { plain: check([[2, 3, 4]], (x) => transpose(x, [2, 0, 1])) },
  concat: {
    plain: check(
      [
        [2, 3],
        [2, 2],
      ],
      (a, b) => concat([a, b], 1),
    ),
    'axis from the end': check(
      [
        [2, 3],
        [2, 2],
      ],
      (a, b) => concat([a, b], -1),
    ),
  },
  split: {
    'all parts': check([[2, 6]], (x) => {
      const [a, b, c] = split(x, [1, 2, 3], 1) as readonly [Tensor, Tensor, Tensor];
      return concat([mul(c, 2), square(a), b], 1);
    }),
    'a part that nothing reads': check([[6]], (x) => square(split(x, [2, 4], 0)[1] as Tensor)),
  },
  slice: {
    plain: check([[3, 5]], (x) => slice(x, { axis: 1, start: 1, end: 4 })),
    'axis from the end': check([[3, 5]], (x) => slice(x, { axis: -1, start: 1, end: 4 })),
  },
  pad: { plain: check([[2, 3]], (x) => pad(x, [1, 0], [0, 2])) },
  softmax: {
    'inner axis': check([[2, 4, 3]], (x) => softmax(x, 1)),
    'axis from the end': check([[2, 4, 3]], (x) => softmax(x, -1)),
  },
  logSoftmax: { 'inner axis': check([[2, 4, 3]], (x) => logSoftmax(x, 1)) },
  logSumExp: { 'last axis': check([[3, 4]], (x) => logSumExp(x, 1)) },
  gatherRows: { 'a row twice': check([[4, 2]], (x) => gatherRows(x, integers([3, 0, 3], [3]))) },
  matmul: matmulCases(),
  conv2d: convCases(),
  convTranspose2d: convTransposeCases(),
  maxPool2d: {
    'window of 2': check([[1, 2, 4, 6]], (x) => maxPool2d(x), distinct()),
    'window of 3': check([[1, 2, 3, 6]], (x) => maxPool2d(x, 3), distinct()),
    'in blocks': inBlocks((x) => maxPool2d(x)),
  },
  averagePool2d: {
    plain: check([IMAGE], (x) => averagePool2d(x, 2)),
    'overlapping, rest cut off': check([IMAGE], (x) => averagePool2d(x, 3, 2)),
  },
  upsampleNearest: {
    plain: check([[1, 2, 3, 2]], (x) => upsampleNearest(x)),
    'in blocks': inBlocks((x) => upsampleNearest(x)),
  },
  resizeBilinear: {
    'half pixels': check([[1, 2, 3, 4]], (x) => resizeBilinear(x, [6, 8])),
    'aligned corners': check([[1, 2, 3, 4]], (x) => resizeBilinear(x, [7, 5], { alignCorners: true })),
    smaller: check([[1, 1, 6, 5]], (x) => resizeBilinear(x, [3, 2])),
    'doubling in blocks': inBlocks((x) => resizeBilinear(x, [52, 52], { alignCorners: true })),
  },
  spaceToDepth: { plain: check([[1, 2, 4, 6]], (x) => spaceToDepth(x)) },
  depthToSpace: { plain: check([[1, 8, 2, 3]], (x) => depthToSpace(x)) },
  planeStatistics: {
    mean: check([IMAGE], (x) => planeStatistics(x).mean),
    variance: check([IMAGE], (x) => planeStatistics(x).variance),
    both: check([IMAGE], bothStatistics),
    'both in blocks': inBlocks(bothStatistics),
  },
  scalePlanes: { 'per channel': check([IMAGE, CHANNEL], scalePlanes), 'per plane': check([IMAGE, PLANE], scalePlanes) },
  batchNormLeakyRelu: {
    plain: batchNorm(IMAGE, 1),
    activation: batchNorm(IMAGE, 0.1),
    'of a single image': batchNorm([1, 2, 6, 6], 1),
    'behind a convolution of images that are larger than its weight': check(
      [[3, 1, 12, 11], [3, 1, 3, 3], CHANNEL],
      (x, weight, beta) => {
        const options = { epsilon: 1e-3, slope: 1 };
        return batchNormLeakyRelu(conv2d(x, weight), { gamma: add(beta, 2), beta }, options).y;
      },
      { step: 0.01 },
    ),
  },
  scaleShiftLeakyRelu: {
    'per channel': check([IMAGE, CHANNEL, CHANNEL], (x, scale, shift) => scaleShiftLeakyRelu(x, { scale, shift })),
    'per plane and per channel': check([IMAGE, PLANE, CHANNEL], (x, scale, shift) =>
      scaleShiftLeakyRelu(x, { scale, shift }),
    ),
    'per plane, activation': check(
      [IMAGE, PLANE, PLANE],
      (x, scale, shift) => scaleShiftLeakyRelu(x, { scale, shift, slope: 0.1 }),
      // All pre-activations stay clear of the kink: |x * scale| < |shift|.
      { draw: (rng, i) => (i === 0 ? rng.float() : i === 1 ? 0.3 * rng.float() : 3 * spread.draw(rng)) },
    ),
    'in blocks, per channel, activation': inBlocks(
      (x, scale, shift) => scaleShiftLeakyRelu(x, { scale, shift, slope: 0.1 }),
      [FULL_CHANNEL, FULL_CHANNEL],
    ),
    'in blocks, per plane and per channel': inBlocks(
      (x, scale, shift) => scaleShiftLeakyRelu(x, { scale, shift }),
      [FULL_PLANE, FULL_CHANNEL],
    ),
    'in blocks, per plane, activation': inBlocks(
      (x, scale, shift) => scaleShiftLeakyRelu(x, { scale, shift, slope: 0.1 }),
      [FULL_PLANE, FULL_PLANE],
    ),
  },
};

function bothStatistics(x: Tensor): Tensor {
  const { mean: average, variance } = planeStatistics(x);
  return div(average, add(variance, 1));
}

/** Shifts keep normalised values clear of the kink. */
function batchNorm(shape: Shape, slope: number): GradientCheck {
  const coefficients = [1, shape[1] as number, 1, 1];
  return check(
    [shape, coefficients, coefficients],
    (x, gamma, beta) => batchNormLeakyRelu(x, { gamma, beta }, { epsilon: 1e-3, slope }).y,
    { draw: (rng, i) => (i === 0 ? rng.normal() : i === 1 ? 0.3 * rng.float() : 5 * spread.draw(rng)), step: 0.01 },
  );
}

function matmulCases(): Record<string, GradientCheck> {
  const cases: Record<string, GradientCheck> = {};
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      const shapes = [[2, ...(transposeA ? [4, 3] : [3, 4])], transposeB ? [5, 4] : [4, 5]] as const;
      cases[`${transposeA ? "A'" : 'A'} ${transposeB ? "B'" : 'B'}`] = check(shapes, (a, b) =>
        matmul(a, b, { transposeA, transposeB }),
      );
    }
  }
  return cases;
}
