import { constant, integers } from '../leaf.ts';
import { erf, gelu, relu, sigmoid, silu, tanh } from '../ops/activations.ts';
import { resizeBilinear } from '../ops/bilinear.ts';
import { inferenceConv, instanceNormLeakyRelu } from '../ops/conv/inference.ts';
import { convTranspose2d } from '../ops/conv/stepped.ts';
import { cast, equal, greater, greaterOrEqual, less, lessOrEqual, sign, stopGradient } from '../ops/elementwise.ts';
import { layerNorm } from '../ops/layer-norm.ts';
import { planeDots, planeSums } from '../ops/planes.ts';
import { maxPool2d } from '../ops/pool.ts';
import { spaceToDepth } from '../ops/resample.ts';
import { argMax, gatherAlong, oneHot, top } from '../ops/select.ts';
import { logSumExp } from '../ops/softmax.ts';
import { dequantise, quantise, quantisedConcat, quantisedConv } from '../quantise/integer-ops.ts';
import { type Shape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

export interface ValueCase {
  readonly title: string;
  readonly build: () => Tensor;
  readonly shape: Shape;
  readonly values: readonly number[];
  /** What the operator's own node is called, where that is not the exported function's name: it may not be the last one. */
  readonly node?: string;
}

const row = (...values: number[]) => constant(values, [values.length]);
const booleans = (...values: number[]) => greater(row(...values), 0);
const table = (...rows: number[][]) => constant(rows.flat(), [rows.length, rows[0]?.length ?? 0]);
const counting = (...shape: number[]) =>
  constant(
    Array.from({ length: sizeOf(shape) }, (_, i) => i),
    shape,
  );

const of = (
  title: string,
  build: () => Tensor,
  values: readonly number[],
  shape: Shape = [values.length],
): ValueCase => ({
  title,
  build,
  shape,
  values,
});

/** A composition that is constant for differentiation because of its node of this name. */
const constantBy = (node: string, cases: readonly ValueCase[]): ValueCase[] => cases.map((item) => ({ ...item, node }));

/** x = -1, 2, -3, 4 in steps of 1, kernel 0.5 [-4, 1] in bytes, bias 1.5: 0.5 (4 + 2) + 1.5 = 4.5 and so on; output in 0.5. */
function quantisedExample(zero: number): Tensor {
  const [from, to] = [
    { scale: 1, zero: 10 },
    { scale: 0.5, zero },
  ];
  const x = quantise(constant([-1, 2, -3, 4], [1, 1, 1, 4]), from);
  const weight = { data: Int8Array.of(-4, 1), shape: [1, 1, 1, 2], scales: Float32Array.of(0.5) };
  const attributes = { padding: 0, outputShape: [1, 1, 1, 3] };
  return dequantise(quantisedConv(x, { weight, bias: Int32Array.of(3), from, to, attributes }), to);
}

/** What operators must give, by the name of the exported function: all those without gradient, and traps of others. */
export const VALUE_CASES: Readonly<Record<string, readonly ValueCase[]>> = {
  equal: [of('floats', () => equal(row(1, 2, 3), row(1, 0, 3)), [1, 0, 1])],
  greater: [of('ties', () => greater(row(1, 2, 3), 2), [0, 0, 1])],
  greaterOrEqual: [of('ties', () => greaterOrEqual(row(1, 2, 3), 2), [0, 1, 1])],
  less: [of('ties', () => less(row(1, 2, 3), 2), [1, 0, 0])],
  lessOrEqual: [of('ties', () => lessOrEqual(row(1, 2, 3), 2), [1, 1, 0])],
  sign: [of('all three', () => sign(row(-2, 0, 5)), [-1, 0, 1])],
  cast: [
    of('to whole numbers, towards 0', () => cast(row(-1.7, 1.7), 'int64'), [-1, 1]),
    of('from bool', () => cast(booleans(0, 1), 'float32'), [0, 1]),
  ],
  stopGradient: [of('the same', () => stopGradient(row(1, 2)), [1, 2])],
  argMax: [
    of('inner axis', () => argMax(constant([1, 5, 3, 4, 9, 0], [1, 3, 2]), 1), [2, 0], [1, 2]),
    of('the first of equals', () => argMax(table([2, 7, 7], [3, 3, 1]), 1), [1, 0]),
  ],
  top: [
    of('largest values, in order', () => top(table([1, 4, 2, 3], [9, 8, 7, 6]), 2).values, [4, 3, 9, 8], [2, 2]),
    of('their places', () => top(table([1, 4, 2, 3], [9, 8, 7, 6]), 2).indices, [1, 3, 0, 1], [2, 2]),
    of('smallest', () => top(row(5, 1, 3), 2, { largest: false }).indices, [1, 2]),
    of('equals in order of their place', () => top(row(2, 5, 2, 5, 5), 4).indices, [1, 3, 4, 0]),
    of('equals among the smallest', () => top(row(2, 1, 1, 1, 0), 3, { largest: false }).indices, [4, 1, 2]),
  ],
  gatherAlong: [
    of(
      'like take_along_axis',
      () => gatherAlong(table([10, 11, 12], [20, 21, 22]), integers([2, 0, 1, 1], [2, 2]), 1),
      [12, 10, 21, 21],
      [2, 2],
    ),
  ],
  oneHot: constantBy('cast', [
    of('as a last axis', () => oneHot(integers([2, 0], [2]), 3), [0, 0, 1, 1, 0, 0], [2, 3]),
    of('as an inner axis', () => oneHot(integers([1, 0, 1, 1], [1, 4]), 2, 1), [0, 1, 0, 0, 1, 0, 1, 1], [1, 2, 4]),
    of('outside of the classes', () => oneHot(integers([-1, 3], [2]), 3), [0, 0, 0, 0, 0, 0], [2, 3]),
  ]),
  logSumExp: [
    of('without overflow', () => logSumExp(table([1000, 1000]), 1), [1000 + Math.LN2]),
    of('without underflow', () => logSumExp(table([-1000, -1000]), 1), [-1000 + Math.LN2]),
  ],
  inferenceConv: [
    of(
      'bias and activation',
      () => inferenceConv(counting(1, 1, 1, 4), constant([-1, 1], [1, 1, 1, 2]), { bias: row(-1.5), slope: 0.1 }),
      [-0.05, -0.05, -0.05],
      [1, 1, 1, 3],
    ),
  ],
  instanceNormLeakyRelu: [
    of(
      'each plane by itself',
      () =>
        instanceNormLeakyRelu(
          constant([0, 2, 5, 7], [1, 2, 1, 2]),
          { gamma: row(1, 2), beta: row(0, 1) },
          { epsilon: 0, slope: 0.1 },
        ),
      [-0.1, 1, -0.1, 3],
      [1, 2, 1, 2],
    ),
  ],
  relu: [of('cut off below 0', () => relu(row(-2, 0, 3)), [0, 0, 3])],
  sigmoid: [of('of 0, ln 3 and large numbers', () => sigmoid(row(0, Math.log(3), -100, 100)), [0.5, 0.75, 0, 1])],
  tanh: [of('of 0, ln 2 and large numbers', () => tanh(row(0, Math.log(2), -100, 100)), [0, 0.6, -1, 1])],
  // Numbers from tables: erf(1), x Phi(x) and x / (1 + e^-x).
  erf: [of('of 0, 1 and large numbers', () => erf(row(0, 1, -1, 10)), [0, 0.842701, -0.842701, 1])],
  gelu: [of('of 0, 1 and -1', () => gelu(row(0, 1, -1)), [0, 0.841345, -0.158655])],
  silu: [of('of 0, 1 and -1', () => silu(row(0, 1, -1)), [0, 0.731059, -0.268941])],
  layerNorm: [
    of(
      'every row by itself: mean 3, variance 8; mean 0, variance 0',
      () => layerNorm(table([1, 1, 7], [0, 0, 0]), { gamma: row(1, 2, 1), beta: row(0, 0, 1), epsilon: 1 }),
      [-2 / 3, -4 / 3, 1 + 4 / 3, 0, 0, 1],
      [2, 3],
    ),
  ],
  convTranspose2d: [
    of(
      'enlarges by the stride, taps add up where they meet',
      () => convTranspose2d(counting(1, 1, 1, 3), constant([1, 10, 100], [1, 1, 1, 3]), { stride: 2 }),
      [0, 0, 1, 10, 102, 20, 200],
      [1, 1, 1, 7],
    ),
  ],
  maxPool2d: [of('the largest of each window', () => maxPool2d(counting(1, 1, 4, 4)), [5, 7, 13, 15], [1, 1, 2, 2])],
  spaceToDepth: [
    of(
      'blocks into channels, as PyTorch unshuffles pixels',
      () => spaceToDepth(counting(1, 1, 2, 4)),
      [0, 2, 1, 3, 4, 6, 5, 7],
      [1, 4, 1, 2],
    ),
  ],
  quantise: [
    of(
      'to the nearest byte, cut off at the ends',
      () => cast(quantise(row(-1, 0, 0.24, 0.26, 200), { scale: 0.5, zero: 1 }), 'float32'),
      [0, 1, 1, 2, 255],
    ),
  ],
  dequantise: [
    of(
      'back',
      () => dequantise(quantise(row(-0.5, 0, 3), { scale: 0.5, zero: 1 }), { scale: 0.5, zero: 1 }),
      [-0.5, 0, 3],
    ),
  ],
  quantisedConv: [
    of('scales, bias and zeros', () => quantisedExample(8), [4.5, -4, 9.5], [1, 1, 1, 3]),
    of('a zero of 0 makes it a ReLU', () => quantisedExample(0), [4.5, 0, 9.5], [1, 1, 1, 3]),
  ],
  quantisedConcat: [
    of(
      'of two quantisations',
      () => {
        const [fine, coarse] = [
          { scale: 0.5, zero: 0 },
          { scale: 1, zero: 2 },
        ];
        const parts = [quantise(table([0.5, 4]), fine), quantise(table([-2, 4]), coarse)] as const;
        return dequantise(quantisedConcat(parts, { axis: 1, from: [fine, coarse], to: coarse }), coarse);
      },
      [0, 4, -2, 4],
      [1, 4],
    ),
  ],
  planeSums: [of('of each channel', () => planeSums(counting(1, 2, 2, 2)), [6, 22], [1, 2, 1, 1])],
  planeDots: [
    of('of each channel', () => planeDots(counting(1, 2, 1, 3), counting(1, 2, 1, 3)), [5, 50], [1, 2, 1, 1]),
  ],
  resizeBilinear: [
    of('half pixels', () => resizeBilinear(constant([0, 4], [1, 1, 1, 2]), [1, 4]), [0, 1, 3, 4], [1, 1, 1, 4]),
    of(
      'aligned corners',
      () => resizeBilinear(constant([0, 3], [1, 1, 1, 2]), [1, 4], { alignCorners: true }),
      [0, 1, 2, 3],
      [1, 1, 1, 4],
    ),
  ],
};
