import type { Rng } from '../core/rng.ts';
import { percentile } from './percentile.ts';

/** Values that belong together, such as those of one patient: they are drawn together. */
export interface Cluster {
  readonly sum: number;
  readonly count: number;
}

/** How means are resampled. */
export interface ResamplingOptions {
  /** Default 2000. */
  readonly resamples?: number;
  /** Default 0.95. */
  readonly confidence?: number;
}

/** Sums the values of every key. */
export function clustersOf(values: readonly (readonly [key: string, value: number])[]): Cluster[] {
  const clusters = new Map<string, Cluster>();
  for (const [key, value] of values) {
    const { sum, count } = clusters.get(key) ?? { sum: 0, count: 0 };
    clusters.set(key, { sum: sum + value, count: count + 1 });
  }
  return [...clusters.values()];
}

/**
 * Percentile bootstrap interval of the mean over all values; clusters are drawn with replacement, each with all its values
 * (B. Efron and R. Tibshirani, "An Introduction to the Bootstrap", 1993).
 *
 * @returns [low, high], or null for fewer than two clusters
 */
export function clusterBootstrap(
  clusters: readonly Cluster[],
  rng: Rng,
  { resamples = 2000, confidence = 0.95 }: ResamplingOptions = {},
): readonly [number, number] | null {
  if (clusters.length < 2) return null;
  const means = Float64Array.from({ length: resamples }, () => {
    let total = 0;
    let count = 0;
    for (let draw = 0; draw < clusters.length; draw++) {
      const cluster = clusters[rng.int(clusters.length)] as Cluster;
      total += cluster.sum;
      count += cluster.count;
    }
    return total / count;
  });
  const tail = (100 * (1 - confidence)) / 2;
  return [percentile(means, tail), percentile(means, 100 - tail)];
}
