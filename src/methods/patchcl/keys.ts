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
  matmul,
  maximum,
  mul,
  reshape,
  sub,
  sum,
  type Tensor,
  top,
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
