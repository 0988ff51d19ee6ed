import {
  add,
  div,
  logSumExp,
  matmul,
  maximum,
  mul,
  NEVER,
  reshape,
  shapeError,
  show,
  sub,
  sum,
  type Tensor,
  transpose,
} from '../graph/index.ts';

/** Gaussian of each class's keys. */
export interface KeyStatistics {
  /** mu, [K, d] */
  readonly means: Tensor;
  /** Sigma, [K, d, d] */
  readonly covariances: Tensor;
  /** [K]: 1 where a class has keys enough to be compared with, else 0. */
  readonly ready: Tensor;
  /**
   * Means that queries of a class are compared with instead, [K of the query, K, d]: those of the other classes moved towards the
   * query's. Queries then have to stand class by class, as many of each.
   */
  readonly hardMeans?: Tensor;
}

export interface PlgclInputs {
  /** L2-normalised embeddings of the queries, [Q, d]. */
  readonly queries: Tensor;
  /** One-hot class of every query, [Q, K]. */
  readonly classes: Tensor;
  /** [Q]: 1 for queries that count, 0 for fillers. */
  readonly valid: Tensor;
  readonly keys: KeyStatistics;
  /** Covariance scale, a scalar that ramps up while the statistics are poor. */
  readonly lambda: Tensor;
  /** Temperature. */
  readonly tau: number;
  /** Weight of every negative class against the positive one, as a number of keys. */
  readonly zeta: number;
}

/**
 * Pseudo-label guided contrastive loss, the closed-form upper bound of InfoNCE over infinitely many Gaussian keys:
 *
 *     L_u = log[ e^{s_k} + zeta sum_{j != k} e^{s_j} ] - f.mu_k / tau,
 *     s_j = f.mu_j / tau + lambda / (2 tau²) f' Sigma_j f     for a query f of class k
 *
 * as one log-sum-exp with log(zeta) added inside. mu and Sigma are constants in the gradient.
 * Source: Basak & Yin, CVPR 2023, equations 3 to 5.
 *
 * @returns mean over the valid queries whose class is ready, scalar; 0 when there is none
 */
export function plgcl(inputs: PlgclInputs): Tensor {
  const { queries, classes, keys, lambda, tau, zeta } = inputs;
  const [, dimensions] = queries.shape as readonly [number, number];
  const [classCount, keyDimensions] = keys.means.shape as readonly [number, number];
  if (dimensions !== keyDimensions) {
    throw shapeError('plgcl', `queries ${show(queries.shape)} and means ${show(keys.means.shape)} differ in length`);
  }
  const similarities = div(meanSimilarities(inputs), tau);
  const scores = add(similarities, mul(spreadsOf(inputs), div(lambda, 2 * tau * tau)));
  const negatives = sub(1, classes);
  const absent = reshape(mul(sub(1, keys.ready), NEVER), [1, classCount]);
  const logits = add(add(scores, mul(negatives, Math.log(zeta))), absent);
  const positive = sum(mul(similarities, classes), { axes: [1] });
  return meanOverQueries(sub(logSumExp(logits, 1), positive), inputs);
}

/** f' mu_j of every query f and class j, [Q, K]. */
function meanSimilarities({ queries, keys: { means, hardMeans } }: PlgclInputs): Tensor {
  if (hardMeans === undefined) return matmul(queries, means, { transposeB: true });
  const [count, dimensions] = queries.shape as readonly [number, number];
  const [classes] = hardMeans.shape as readonly [number];
  const byClass = reshape(queries, [classes, count / classes, dimensions]);
  return reshape(matmul(byClass, hardMeans, { transposeB: true }), [count, classes]);
}

/** f' Sigma_j f of every query f and class j, [Q, K]. */
export function spreadsOf({ queries, keys }: Pick<PlgclInputs, 'queries' | 'keys'>): Tensor {
  const [count, dimensions] = queries.shape as readonly [number, number];
  const projected = matmul(reshape(queries, [1, count, dimensions]), keys.covariances); // [K, Q, d]
  return transpose(sum(mul(projected, queries), { axes: [2] }), [1, 0]);
}

/** Over the valid queries whose class is ready; 0 when there is none. @param losses one per query, [Q] */
export function meanOverQueries(losses: Tensor, { classes, valid, keys }: PlgclInputs): Tensor {
  const weights = mul(valid, sum(mul(classes, keys.ready), { axes: [1] }));
  return div(sum(mul(losses, weights)), maximum(sum(weights), 1));
}
