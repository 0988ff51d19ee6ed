import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import { constant } from '../graph/leaf.ts';
import { evaluate } from '../testing/evaluate.ts';
import { infoNce, jointContrast, type KeyContrastInputs } from './key-contrast.ts';

const [QUERIES, CLASSES, KEYS, DIMENSIONS] = [4, 3, 5, 6] as const;
const [TAU, LAMBDA] = [0.3, 2];

const rng = new Rng('key-contrast');
const unit = () => {
  const values = Array.from({ length: DIMENSIONS }, () => rng.normal());
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
};
const queries = Array.from({ length: QUERIES }, unit);
const classOf = [0, 1, 2, 1];
const valid = [1, 1, 1, 0];
const keys = Array.from({ length: CLASSES }, () => Array.from({ length: KEYS }, unit));
/** The first class has an empty place, the last one keys, but too few to be ready. */
const filled = [
  [1, 1, 1, 1, 0],
  [1, 1, 1, 1, 1],
  [1, 0, 0, 0, 0],
];
const ready = [1, 1, 0];
const means = Array.from({ length: CLASSES }, unit);
const covariances = Array.from({ length: CLASSES }, (_, k) =>
  Array.from({ length: DIMENSIONS }, (_, i) =>
    Array.from({ length: DIMENSIONS }, (_, j) => (i === j ? 0.1 * (k + 1) : 0.02)),
  ),
);

const inputs: KeyContrastInputs = {
  queries: constant(queries.flat(), [QUERIES, DIMENSIONS]),
  classes: constant(
    classOf.flatMap((own) => Array.from({ length: CLASSES }, (_, k) => (k === own ? 1 : 0))),
    [QUERIES, CLASSES],
  ),
  valid: constant(valid, [QUERIES]),
  keys: {
    means: constant(means.flat(), [CLASSES, DIMENSIONS]),
    covariances: constant(covariances.flat(2), [CLASSES, DIMENSIONS, DIMENSIONS]),
    ready: constant(ready, [CLASSES]),
  },
  lambda: constant([LAMBDA], []),
  tau: TAU,
  zeta: 1,
  embeddings: constant(keys.flat(2), [CLASSES, KEYS, DIMENSIONS]),
  filled: constant(filled.flat(), [CLASSES, KEYS]),
};

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
const keysOf = (k: number) => (keys[k] as number[][]).filter((_, m) => ready[k] === 1 && filled[k]?.[m] === 1);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Over the queries that count: valid ones of classes with keys. */
function overQueries(loss: (query: number[], own: number) => number): number {
  const counted = [0, 1].map((q) => loss(queries[q] as number[], classOf[q] as number));
  return sum(counted) / counted.length;
}

const negativesOf = (query: number[], own: number) =>
  sum([0, 1, 2].filter((k) => k !== own).flatMap((k) => keysOf(k).map((key) => Math.exp(dot(query, key) / TAU))));

describe('contrast with drawn keys', () => {
  it('InfoNCE: each key of the class against all keys of the others', async () => {
    const expected = overQueries((query, own) => {
      const negatives = negativesOf(query, own);
      const positives = keysOf(own).map((key) => Math.exp(dot(query, key) / TAU));
      return sum(positives.map((positive) => -Math.log(positive / (positive + negatives)))) / positives.length;
    });
    const { loss } = await evaluate({ loss: infoNce(inputs) });
    expect(loss?.[0]).toBeCloseTo(expected, 5);
  });

  it('JCL: the Gaussian of the class against all keys of the others', async () => {
    const expected = overQueries((query, own) => {
      const similarity = dot(query, means[own] as number[]) / TAU;
      const spread = dot(
        query,
        (covariances[own] as number[][]).map((row) => dot(row, query)),
      );
      const positive = Math.exp(similarity + (LAMBDA / (2 * TAU * TAU)) * spread);
      return Math.log(positive + negativesOf(query, own)) - similarity;
    });
    const { loss } = await evaluate({ loss: jointContrast(inputs) });
    expect(loss?.[0]).toBeCloseTo(expected, 4);
  });

  it('is 0 without keys, never not a number', async () => {
    const none = {
      ...inputs,
      filled: constant(new Array(15).fill(0), [CLASSES, KEYS]),
      keys: { ...inputs.keys, ready: constant([0, 0, 0], [3]) },
    };
    const { a, b } = await evaluate({ a: infoNce(none), b: jointContrast(none) });
    expect([a?.[0], b?.[0]]).toEqual([0, 0]);
  });
});
