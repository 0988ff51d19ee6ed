import {
  add,
  batchNormLeakyRelu,
  conv2d,
  div,
  extent,
  inferenceConv,
  instanceNormLeakyRelu,
  maximum,
  mul,
  planeStatistics,
  reshape,
  scaleShiftLeakyRelu,
  sqrt,
  sub,
  type Tensor,
} from '../graph/index.ts';
import type { ForwardContext } from './context.ts';
import { type Filled, ones, zeros } from './parameters.ts';

export type NormalisationKind = 'instance' | 'batch';

const EPSILON = 1e-5;
/** Weight of the newest batch in the running statistics, as in PyTorch. */
const MOMENTUM = 0.1;

export function normalisationSpec(kind: NormalisationKind, channels: number) {
  const shape = [1, channels, 1, 1];
  const affine = { weight: ones(shape), bias: zeros(shape) };
  const running = kind === 'batch' ? { mean: zeros(shape, false), variance: ones(shape, false) } : {};
  return { ...affine, ...running } as typeof affine & {
    mean?: ReturnType<typeof zeros>;
    variance?: ReturnType<typeof ones>;
  };
}

type NormalisationParameters = Filled<ReturnType<typeof normalisationSpec>, Tensor>;

export interface ConvNormaliseOptions {
  /** [Co, Ci, 3, 3]; without bias, the normalisation would take it away again. */
  readonly weight: Tensor;
  readonly norm: NormalisationParameters;
  /** Of the activation left of 0. */
  readonly slope: number;
  readonly context: ForwardContext;
}

/**
 * leakyRelu(gamma (y - mean) / sqrt(variance + 1e-5) + beta) of y, a convolution of x with padding 1. Statistics are those of
 * the plane (instance), or of the channel over the batch while training and running ones afterwards (batch).
 *
 * @param x [N, Ci, H, W]
 * @returns [N, Co, H, W]
 */
export function convNormaliseLeakyRelu(x: Tensor, { weight, norm: p, slope, context }: ConvNormaliseOptions): Tensor {
  if (!context.training) return inferred(x, { weight, norm: p, slope });
  const y = conv2d(x, weight, { padding: 1 });
  if (p.mean === undefined || p.variance === undefined) {
    const { mean: center, variance } = planeStatistics(y);
    const { scale, shift } = coefficients(p, { center, variance });
    return scaleShiftLeakyRelu(y, { scale, shift, slope });
  }
  const options = { epsilon: EPSILON, slope };
  const { y: activated, statistics } = batchNormLeakyRelu(y, { gamma: p.weight, beta: p.bias }, options);
  const { mean, variance, count } = statistics;
  const unbiased = mul(variance, div(count, maximum(sub(count, 1), 1)));
  context.statistics.set(p.mean, blend(p.mean, mean));
  context.statistics.set(p.variance, blend(p.variance, unbiased));
  return activated;
}

function blend(running: Tensor, now: Tensor): Tensor {
  return add(mul(running, 1 - MOMENTUM), mul(now, MOMENTUM));
}

function inferred(x: Tensor, { weight, norm: p, slope }: Omit<ConvNormaliseOptions, 'context'>): Tensor {
  const channels = [extent(weight.shape, 0)];
  if (p.mean === undefined || p.variance === undefined) {
    const [gamma, beta] = [reshape(p.weight, channels), reshape(p.bias, channels)];
    const y = inferenceConv(x, weight, { padding: 1 });
    return instanceNormLeakyRelu(y, { gamma, beta }, { epsilon: EPSILON, slope });
  }
  // Running statistics are constants: the normalisation becomes part of the convolution.
  const { scale, shift } = coefficients(p, { center: p.mean, variance: p.variance });
  const folded = mul(weight, reshape(scale, [...channels, 1, 1, 1]));
  return inferenceConv(x, folded, { bias: reshape(shift, channels), padding: 1, slope });
}

/** The normalisation as y * scale + shift, each [N or 1, C, 1, 1]. */
function coefficients(p: NormalisationParameters, { center, variance }: Statistics) {
  const scale = div(p.weight, sqrt(add(variance, EPSILON)));
  return { scale, shift: sub(p.bias, mul(center, scale)) };
}

interface Statistics {
  /** [N or 1, C, 1, 1] */
  readonly center: Tensor;
  readonly variance: Tensor;
}
