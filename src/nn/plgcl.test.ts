import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import { gradients } from '../graph/autodiff.ts';
import { constant, input } from '../graph/leaf.ts';
import { oneHot } from '../graph/ops/select.ts';
import type { Tensor } from '../graph/tensor.ts';
import { floats } from '../runtime/runtime.ts';
import { largestDifference } from '../testing/compare.ts';
import { evaluate } from '../testing/evaluate.ts';
import { plgcl } from './plgcl.ts';

interface Problem {
  readonly K: number;
  readonly Q: number;
  readonly d: number;
  readonly tau: number;
  readonly lambda: number;
  readonly zeta: number;
  /** [Q, d] */
  readonly queries: readonly number[];
  readonly classes: readonly number[];
  readonly valid: readonly number[];
  /** [K, d] */
  readonly means: readonly number[];
  /** [K, d, d] */
  readonly covariances: readonly number[];
  readonly ready: readonly number[];
  /** [K, K, d] */
  readonly hardMeans?: readonly number[];
}

async function solve(problem: Problem): Promise<{ loss: number; gradient: number[] }> {
  const { K, Q, d, tau, lambda, zeta } = problem;
  const queries = input('queries', [Q, d]);
  const loss = plgcl({
    queries,
    classes: oneHot(input('classes', [Q], 'int32'), K),
    valid: constant(problem.valid, [Q]),
    keys: {
      means: constant(problem.means, [K, d]),
      covariances: constant(problem.covariances, [K, d, d]),
      ready: constant(problem.ready, [K]),
      ...(problem.hardMeans && { hardMeans: constant(problem.hardMeans, [K, K, d]) }),
    },
    lambda: constant([lambda], []),
    tau,
    zeta,
  });
  const [gradient] = gradients(loss, [queries]) as [Tensor];
  const found = await evaluate(
    { loss, gradient },
    {
      queries: floats(Float32Array.from(problem.queries), [Q, d]),
      classes: { dtype: 'int32', shape: [Q], data: Int32Array.from(problem.classes) },
    },
  );
  return { loss: found.loss?.[0] as number, gradient: found.gradient as number[] };
}

const golden = JSON.parse(readFileSync(new URL('golden/plgcl.json', import.meta.url), 'utf8')) as {
  unit: number;
  cases: (Problem & { loss: number; gradient: number[] })[];
};

const unit = (vector: readonly number[]) => vector.map((value) => value / Math.hypot(...vector));
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((total, value, i) => total + value * (b[i] as number), 0);
const rows = (values: readonly number[], length: number) =>
  Array.from({ length: values.length / length }, (_, i) => values.slice(i * length, (i + 1) * length));
const logSumExp = (values: readonly number[]) => {
  const top = Math.max(...values);
  return top + Math.log(values.reduce((total, value) => total + Math.exp(value - top), 0));
};

describe('PLGCL against PyTorch', () => {
  it.each(golden.cases)('K $K, Q $Q, d $d, tau $tau, lambda $lambda, zeta $zeta, ready $ready', async (item) => {
    const scaled = (values: readonly number[]) => values.map((value) => value / golden.unit);
    const problem = {
      ...item,
      queries: scaled(item.queries),
      means: scaled(item.means),
      covariances: scaled(item.covariances),
    };
    const { loss, gradient } = await solve(problem);
    expect(Math.abs(loss - item.loss)).toBeLessThan(2e-6 * Math.max(1, Math.abs(item.loss)));
    expect(largestDifference(gradient, item.gradient)).toBeLessThan(2e-5);
  });
});

/** A random problem with every class ready. */
function randomProblem(seed: number, K: number, Q: number, d: number, spread: number) {
  const rng = new Rng(seed, 'plgcl');
  const normals = (count: number) => Array.from({ length: count }, () => rng.normal());
  const means = Array.from({ length: K }, () => unit(normals(d)).map((value) => 0.8 * value));
  /** Key = mean + deviations[k] * normal, per dimension. */
  const deviations = Array.from({ length: K }, () => normals(d).map((value) => spread * Math.abs(value)));
  const problem: Problem = {
    K,
    Q,
    d,
    tau: 0.5,
    lambda: 1,
    zeta: 8,
    queries: Array.from({ length: Q }, () => unit(normals(d))).flat(),
    classes: Array.from({ length: Q }, (_, u) => u % K),
    valid: Array(Q).fill(1),
    means: means.flat(),
    covariances: deviations.flatMap((own) =>
      own.flatMap((value, row) => own.map((_, column) => (row === column ? value * value : 0))),
    ),
    ready: Array(K).fill(1),
  };
  return { problem, means, deviations, rng };
}

describe('PLGCL', () => {
  it('is a cross-entropy over class means without covariance or with lambda 0', async () => {
    const sizes = {
      K: fc.integer({ min: 2, max: 5 }),
      Q: fc.integer({ min: 1, max: 7 }),
      d: fc.integer({ min: 2, max: 9 }),
    };
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), fc.record(sizes), fc.boolean(), async (seed, { K, Q, d }, byLambda) => {
        const { problem, means } = randomProblem(seed, K, Q, d, byLambda ? 0.3 : 0);
        const { loss } = await solve({ ...problem, lambda: byLambda ? 0 : 7 });
        const losses = rows(problem.queries, d).map((query, u) => {
          const own = problem.classes[u] as number;
          const scores = means.map((mean) => dot(query, mean) / problem.tau);
          const weighted = scores.map((score, k) => score + (k === own ? 0 : Math.log(problem.zeta)));
          return logSumExp(weighted) - (scores[own] as number);
        });
        const expected = losses.reduce((total, value) => total + value, 0) / Q;
        expect(Math.abs(loss - expected)).toBeLessThan(1e-5 * Math.max(1, expected));
      }),
      { numRuns: 20 },
    );
  });

  it.each([1, 2, 3])('bounds InfoNCE over drawn keys from above, seed %i', async (seed) => {
    const [K, Q, d, draws] = [3, 4, 5, 4000];
    const { problem, means, deviations, rng } = randomProblem(seed, K, Q, d, 0.25);
    const { loss } = await solve(problem);
    const key = (k: number) =>
      (means[k] as number[]).map((value, i) => value + (deviations[k]?.[i] as number) * rng.normal());
    const sampled = rows(problem.queries, d).map((query, u) => {
      const own = problem.classes[u] as number;
      let total = 0;
      for (let draw = 0; draw < draws; draw++) {
        const positive = dot(query, key(own)) / problem.tau;
        const negatives = means.flatMap((_, k) =>
          k === own ? [] : Array.from({ length: problem.zeta }, () => dot(query, key(k)) / problem.tau),
        );
        total += logSumExp([positive, ...negatives]) - positive;
      }
      return total / draws;
    });
    const infoNce = sampled.reduce((total, value) => total + value, 0) / Q;
    expect(loss).toBeGreaterThan(infoNce);
    // Jensen's gap is small at this spread: a bound that is far off would be another formula.
    expect(loss - infoNce).toBeLessThan(0.15);
  });

  it('stays finite with scores far beyond what exp() holds', async () => {
    const { problem } = randomProblem(5, 3, 4, 4, 3);
    const { loss, gradient } = await solve({ ...problem, tau: 0.05, lambda: 10 });
    expect(loss).toBeGreaterThan(100);
    expect(Number.isFinite(loss)).toBe(true);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });

  it('compares the queries of each class with means of their own, where there are such', async () => {
    const [K, Q, d] = [3, 6, 4];
    const { problem, means, deviations, rng } = randomProblem(6, K, Q, d, 0.3);
    const classes = Array.from({ length: Q }, (_, u) => Math.floor(u / (Q / K)));
    const hard = means.map((own, k) => means.map((_, j) => (j === k ? own : unit(own.map(() => rng.normal())))));
    const { loss, gradient } = await solve({ ...problem, classes, hardMeans: hard.flat(2) });
    const lossAt = (queries: readonly number[]) => {
      const losses = rows(queries, d).map((query, u) => {
        const own = classes[u] as number;
        const scores = (hard[own] as number[][]).map((mean, j) => {
          const spread = query.reduce((sum, value, i) => sum + (value * (deviations[j]?.[i] as number)) ** 2, 0);
          return dot(query, mean) / problem.tau + (problem.lambda / (2 * problem.tau ** 2)) * spread;
        });
        const weighted = scores.map((score, j) => score + (j === own ? 0 : Math.log(problem.zeta)));
        return logSumExp(weighted) - dot(query, means[own] as number[]) / problem.tau;
      });
      return losses.reduce((total, value) => total + value, 0) / Q;
    };
    expect(loss).toBeCloseTo(lossAt(problem.queries), 5);
    const step = 1e-5;
    const differences = problem.queries.map((_, i) => {
      const moved = (by: number) => problem.queries.map((value, at) => (at === i ? value + by : value));
      return (lossAt(moved(step)) - lossAt(moved(-step))) / (2 * step);
    });
    expect(largestDifference(gradient, differences)).toBeLessThan(1e-5);
  });
});
