import { describe, expect, it } from 'vitest';
import type { Rng } from '../core/rng.ts';
import { type GradientCheck, gradientError } from '../testing/gradient-check.ts';
import { broadcastTo, reshape, sum } from './broadcast.ts';
import { conv2d } from './conv.ts';
import * as elementwise from './elementwise.ts';
import { concat, pad, slice, transpose } from './layout.ts';
import { integers } from './leaf.ts';
import { matmul } from './matmul.ts';
import { planeStatistics, scaleShiftLeakyRelu } from './normalise.ts';
import { averagePool2d, maxPool2d } from './pool.ts';
import { max, mean, min } from './reduce.ts';
import { depthToSpace, resizeBilinear, spaceToDepth, upsampleNearest } from './resample.ts';
import { gatherRows } from './select.ts';
import { logSoftmax, logSumExp, softmax } from './softmax.ts';

const { add, sub, mul, div, minimum, maximum, where, leakyRelu, greater } = elementwise;

/** Values that keep their distance from 0 and from each other, where kinks are. */
const spread = (rng: Rng) => (rng.int(2) * 2 - 1) * (0.2 + rng.float());
const positive = (rng: Rng) => 0.5 + rng.float();
/** Distinct values on a coarse grid, so that no maximum changes hands within a difference step. */
const distinct = () => {
  let next = 0;
  return (rng: Rng) => ((next++ * 7) % 97) * 0.2 + rng.float() * 0.02;
};
const image = [2, 3, 5, 7];

const CASES: Record<string, GradientCheck> = {
  'add, broadcasting both ways': {
    shapes: [
      [2, 1, 3],
      [4, 1],
    ],
    build: (a, b) => add(a as never, b as never),
  },
  sub: { shapes: [[2, 3], [3]], build: (a, b) => sub(a as never, b as never) },
  mul: {
    shapes: [
      [2, 3],
      [2, 1],
    ],
    build: (a, b) => mul(a as never, b as never),
  },
  div: { shapes: [[2, 3], [3]], build: (a, b) => div(a as never, b as never), draw: spread, step: 0.01 },
  minimum: { shapes: [[8], [8]], build: (a, b) => minimum(a as never, b as never), draw: distinct() },
  maximum: { shapes: [[8], [8]], build: (a, b) => maximum(a as never, b as never), draw: distinct() },
  where: { shapes: [[6], [6]], build: (a, b) => where(greater(a as never, 0), a as never, b as never), draw: spread },
  leakyRelu: { shapes: [[9]], build: (x) => leakyRelu(x as never, 0.1), draw: spread },
  ...Object.fromEntries(
    (['neg', 'exp', 'sigmoid', 'tanh', 'square'] as const).map((name) => [
      name,
      { shapes: [[7]], build: (x: never) => elementwise[name](x) },
    ]),
  ),
  ...Object.fromEntries(
    (['abs', 'relu'] as const).map((name) => [
      name,
      { shapes: [[7]], build: (x: never) => elementwise[name](x), draw: spread },
    ]),
  ),
  ...Object.fromEntries(
    (['log', 'sqrt'] as const).map((name) => [
      name,
      { shapes: [[7]], build: (x: never) => elementwise[name](x), draw: positive, step: 0.01 },
    ]),
  ),
  'sum over axes': { shapes: [[2, 3, 4]], build: (x) => sum(x as never, { axes: [0, -1] }) },
  'mean keeping axes': { shapes: [[2, 3, 4]], build: (x) => mean(x as never, { axes: [1], keepDims: true }) },
  max: { shapes: [[3, 5]], build: (x) => max(x as never, { axes: [1] }), draw: distinct() },
  min: { shapes: [[3, 5]], build: (x) => min(x as never, { axes: [0] }), draw: distinct() },
  reshape: { shapes: [[2, 6]], build: (x) => mul(reshape(x as never, [3, 4]), 2) },
  broadcastTo: { shapes: [[3, 1]], build: (x) => broadcastTo(x as never, [2, 3, 4]) },
  transpose: { shapes: [[2, 3, 4]], build: (x) => transpose(x as never, [2, 0, 1]) },
  concat: {
    shapes: [
      [2, 3],
      [2, 2],
    ],
    build: (a, b) => concat([a as never, b as never], 1),
  },
  slice: { shapes: [[3, 5]], build: (x) => slice(x as never, { axis: 1, start: 1, end: 4 }) },
  pad: { shapes: [[2, 3]], build: (x) => pad(x as never, [1, 0], [0, 2]) },
  softmax: { shapes: [[2, 4, 3]], build: (x) => softmax(x as never, 1) },
  logSoftmax: { shapes: [[2, 4, 3]], build: (x) => logSoftmax(x as never, 1) },
  logSumExp: { shapes: [[3, 4]], build: (x) => logSumExp(x as never, 1) },
  'gatherRows, a row twice': { shapes: [[4, 2]], build: (x) => gatherRows(x as never, integers([3, 0, 3], [3])) },
  ...matmulCases(),
  ...convCases(),
  maxPool2d: { shapes: [[1, 2, 4, 6]], build: (x) => maxPool2d(x as never), draw: distinct() },
  averagePool2d: { shapes: [image], build: (x) => averagePool2d(x as never, 2) },
  'averagePool2d, overlapping, rest cut off': { shapes: [image], build: (x) => averagePool2d(x as never, 3, 2) },
  upsampleNearest: { shapes: [[1, 2, 3, 2]], build: (x) => upsampleNearest(x as never) },
  'resizeBilinear, half pixels': { shapes: [[1, 2, 3, 4]], build: (x) => resizeBilinear(x as never, [6, 8]) },
  'resizeBilinear, aligned corners': {
    shapes: [[1, 2, 3, 4]],
    build: (x) => resizeBilinear(x as never, [7, 5], { alignCorners: true }),
  },
  spaceToDepth: { shapes: [[1, 2, 4, 6]], build: (x) => spaceToDepth(x as never) },
  depthToSpace: { shapes: [[1, 8, 2, 3]], build: (x) => depthToSpace(x as never) },
  'planeStatistics, mean': { shapes: [image], build: (x) => planeStatistics(x as never).mean },
  'planeStatistics, variance': { shapes: [image], build: (x) => planeStatistics(x as never).variance },
  'planeStatistics, both': {
    shapes: [image],
    build: (x) => {
      const { mean: average, variance } = planeStatistics(x as never);
      return div(average, add(variance, 1));
    },
  },
  'scaleShiftLeakyRelu per channel': {
    shapes: [image, [1, 3, 1, 1], [1, 3, 1, 1]],
    build: (x, scale, shift) => scaleShiftLeakyRelu(x as never, scale as never, shift as never, 1),
  },
  'scaleShiftLeakyRelu per plane, activation': {
    shapes: [image, [2, 3, 1, 1], [2, 3, 1, 1]],
    build: (x, scale, shift) => scaleShiftLeakyRelu(x as never, scale as never, shift as never, 0.1),
    // All pre-activations stay clear of the kink: |x * scale| < |shift|.
    draw: (rng, i) => (i === 0 ? rng.float() : i === 1 ? 0.3 * rng.float() : spread(rng) * 3),
  },
};

function matmulCases(): Record<string, GradientCheck> {
  const cases: Record<string, GradientCheck> = {};
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      cases[`matmul ${transposeA ? "A'" : 'A'} ${transposeB ? "B'" : 'B'}`] = {
        shapes: [[2, ...(transposeA ? [4, 3] : [3, 4])], transposeB ? [5, 4] : [4, 5]],
        build: (a, b) => matmul(a as never, b as never, { transposeA, transposeB }),
      };
    }
  }
  return cases;
}

function convCases(): Record<string, GradientCheck> {
  const manyChannels: GradientCheck = {
    shapes: [
      [2, 8, 2, 3],
      [16, 8, 3, 3],
    ],
    build: (x, w) => conv2d(x as never, w as never, undefined, { padding: 1 }),
    draw: (rng) => 0.3 * rng.normal(),
    step: 0.1,
  };
  const table: [kernel: number, stride: number, padding: number, groups: number][] = [
    [1, 1, 0, 1],
    [3, 1, 1, 1],
    [3, 1, 0, 1],
    [5, 1, 2, 1],
    [2, 2, 0, 1],
    [3, 2, 1, 1],
    [3, 3, 0, 1],
    [3, 1, 1, 2],
    [3, 2, 1, 4],
    [3, 1, 3, 1],
  ];
  const cases = Object.fromEntries(
    table.map(([kernel, stride, padding, groups]) => [
      `conv2d ${kernel}x${kernel}, stride ${stride}, padding ${padding}, groups ${groups}`,
      {
        shapes: [[2, 4, 5, 6], [8, 4 / groups, kernel, kernel], [8]],
        build: (x, w, b) => conv2d(x as never, w as never, b as never, { stride, padding, groups }),
        draw: (rng) => 0.5 * rng.normal(),
        step: 0.1,
      } satisfies GradientCheck,
    ]),
  );
  return { ...cases, 'conv2d, many channels of few pixels': manyChannels };
}

describe('gradient against central differences', () => {
  it.each(Object.entries(CASES))('%s', async (_, check) => {
    for (const seed of [1, 2]) expect(await gradientError({ ...check, seed })).toBeLessThan(2e-3);
  });
});
