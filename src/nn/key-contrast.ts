import {
  add,
  concat,
  div,
  logSumExp,
  matmul,
  maximum,
  mul,
  NEVER,
  reshape,
  sub,
  sum,
  type Tensor,
} from '../graph/index.ts';
import { softplus } from './losses.ts';
import { meanOverQueries, type PlgclInputs, spreadsOf } from './plgcl.ts';

export interface KeyContrastInputs extends PlgclInputs {
  /** Embeddings of the keys themselves, [K, M, d]. */
  readonly embeddings: Tensor;
  /** [K, M]: 1 where a key stands. */
  readonly filled: Tensor;
}

/**
 * InfoNCE with drawn keys: a query against each key of its class, with all keys of the other classes as negatives,
 *
 *     L_u = mean over keys p of class k of -log[ e^{f.p / tau} / (e^{f.p / tau} + sum over the others e^{f.n / tau}) ]
 *
 * Source: van den Oord et al., "Representation learning with contrastive predictive coding", 2018; several positives as in
 * Khosla et al., "Supervised contrastive learning", NeurIPS 2020 (outside the logarithm).
 *
 * @returns mean over the valid queries whose class is ready, scalar
 */
export function infoNce(inputs: KeyContrastInputs): Tensor {
  const { scores, isPositive, negatives } = keyScores(inputs);
  const each = softplus(sub(negatives, scores)); // [Q, K * M]
  const losses = div(sum(mul(each, isPositive), { axes: [1] }), maximum(sum(isPositive, { axes: [1] }), 1));
  return meanOverQueries(losses, inputs);
}

/**
 * Joint contrastive learning: infinitely many positive keys, as the Gaussian of the query's class, against the drawn keys of the
 * other classes.
 *
 *     L_u = log[ e^{s_k} + sum over the others e^{f.n / tau} ] - f.mu_k / tau,  s_k = f.mu_k / tau + lambda / (2 tau²) f' Sigma_k f
 *
 * Source: Cai et al., "Joint contrastive learning with infinite possibilities", NeurIPS 2020.
 *
 * @returns mean over the valid queries whose class is ready, scalar
 */
export function jointContrast(inputs: KeyContrastInputs): Tensor {
  const { queries, classes, keys, lambda, tau } = inputs;
  const { negatives } = keyScores(inputs);
  const mean = matmul(classes, keys.means); // mu of each query's class, [Q, d]
  const similarity = div(sum(mul(queries, mean), { axes: [1], keepDims: true }), tau);
  const [count] = queries.shape as readonly [number];
  const spread = sum(mul(spreadsOf(inputs), classes), { axes: [1], keepDims: true });
  const positive = add(similarity, mul(spread, div(lambda, 2 * tau * tau)));
  const losses = sub(logSumExp(concat([positive, negatives], 1), 1), reshape(similarity, [count]));
  return meanOverQueries(losses, inputs);
}

/**
 * Scores of all keys, which of them are of a query's class, and the log-sum-exp of the others. Keys of a class that is not ready
 * count nowhere, as in the contrast that these are compared with.
 */
function keyScores({ queries, classes, embeddings, filled, keys, tau }: KeyContrastInputs) {
  const [classCount, length, dimensions] = embeddings.shape as readonly [number, number, number];
  const [count] = queries.shape as readonly [number];
  const total = classCount * length;
  const scores = div(matmul(queries, reshape(embeddings, [total, dimensions]), { transposeB: true }), tau); // [Q, K * M]
  const counted = mul(filled, reshape(keys.ready, [classCount, 1])); // [K, M]
  const perKey = mul(reshape(classes, [count, classCount, 1]), reshape(counted, [1, classCount, length]));
  const isPositive = reshape(perKey, [count, total]);
  const isNegative = sub(reshape(counted, [1, total]), isPositive);
  const masked = add(mul(scores, isNegative), mul(sub(1, isNegative), NEVER));
  return { scores, isPositive, negatives: reshape(logSumExp(masked, 1), [count, 1]) };
}
