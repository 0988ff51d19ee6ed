import {
  add,
  cast,
  concat,
  constant,
  div,
  gatherRows,
  greater,
  greaterOrEqual,
  integers,
  less,
  matmul,
  maximum,
  min,
  mul,
  reshape,
  sub,
  sum,
  type Tensor,
  top,
  transpose,
  where,
} from '../../graph/index.ts';
import type { KeyStatistics } from '../../nn/plgcl.ts';

/** Keys of every class, newest first. */
export interface KeyBuffer {
  /** Embeddings, [K, M, d] */
  readonly keys: Tensor;
  /** [K, M]: 1 where a key stands, 0 where the place is empty. */
  readonly filled: Tensor;
}

/**
 * Puts the valid ones of new keys in front of each class's buffer and lets the oldest fall out. A class without a new key
 * keeps its buffer.
 *
 * @param added keys [K, n, d] and which of them are valid, [K, n]
 */
export function enqueue(buffer: KeyBuffer, added: KeyBuffer): KeyBuffer {
  const [classes, length, dimensions] = buffer.keys.shape as readonly [number, number, number];
  const keys = concat([added.keys, buffer.keys], 1);
  const total = keys.shape[1] as number;
  // Ranked by place, with the empty places behind all others.
  const places = constant(
    Array.from({ length: total }, (_, i) => total - i),
    [1, total],
  );
  const ranks = mul(concat([added.filled, buffer.filled], 1), places);
  const { values, indices } = top(ranks, length);
  const rowStart = integers(
    Array.from({ length: classes }, (_, k) => k * total),
    [classes, 1],
  );
  const kept = gatherRows(reshape(keys, [classes * total, dimensions]), add(indices, rowStart));
  return { keys: kept, filled: cast(greater(values, 0), 'float32') };
}

/** Mean and covariance of each class's keys, and which classes have at least `leastKeys` of them. */
export function keyStatistics({ keys, filled }: KeyBuffer, leastKeys: number): KeyStatistics {
  const [classes, length] = filled.shape as readonly [number, number];
  const weights = reshape(filled, [classes, length, 1]);
  const found = sum(filled, { axes: [1] });
  const count = reshape(maximum(found, 1), [classes, 1]);
  const means = div(sum(mul(keys, weights), { axes: [1] }), count);
  const centred = mul(sub(keys, reshape(means, [classes, 1, means.shape[1] as number])), weights);
  const covariances = div(matmul(centred, centred, { transposeA: true }), reshape(count, [classes, 1, 1]));
  return { means, covariances, ready: cast(greaterOrEqual(found, leastKeys), 'float32') };
}

/**
 * Means of negative classes, made harder: for queries of class k the mean of class j != k is that of the share of j's keys which are
 * nearest to the mean of k, at least one. Source: `hard_neg_mining` in the authors' code draws a negative class's Gaussian anew near
 * the border to the anchor's class; here its mean moves, its covariance stays.
 *
 * @returns [K of the query, K, d]; on the diagonal the plain means
 */
export function hardMeans({ keys, filled }: KeyBuffer, { means }: KeyStatistics, share: number): Tensor {
  const [classes, length, dimensions] = keys.shape as readonly [number, number, number];
  const nearness = transpose(matmul(keys, reshape(means, [1, classes, dimensions]), { transposeB: true }), [0, 2, 1]);
  const isKey = greater(reshape(filled, [classes, 1, length]), 0.5);
  const ranked = where(isKey, nearness, -FAR); // [K of the keys, K of the query, M]
  // Filled places differ from class to class: the last one that counts says how near is near enough.
  const most = Math.max(1, Math.ceil(share * length));
  const places = constant(
    Array.from({ length: most }, (_, i) => i),
    [1, 1, most],
  );
  const wanted = mul(reshape(sum(filled, { axes: [1] }), [classes, 1, 1]), share);
  const counts = less(places, maximum(wanted, 1));
  const least = min(where(counts, top(ranked, most).values, FAR), { axes: [2], keepDims: true });
  const near = mul(cast(greaterOrEqual(ranked, least), 'float32'), cast(isKey, 'float32'));
  const nearest = div(matmul(near, keys), maximum(sum(near, { axes: [2], keepDims: true }), 1));
  const isOwn = constant(
    Array.from({ length: classes * classes }, (_, i) => (i % (classes + 1) === 0 ? 1 : 0)),
    [classes, classes, 1],
  );
  const own = reshape(means, [1, classes, dimensions]);
  return add(mul(isOwn, own), mul(sub(1, isOwn), transpose(nearest, [1, 0, 2])));
}

/** Farther than any two keys are, whose products lie in [-1, 1]. */
const FAR = 1e3;
