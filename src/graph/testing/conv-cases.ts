import { check, type GradientCheck } from '../../testing/gradient-check.ts';
import { constant } from '../leaf.ts';
import { conv2d } from '../ops/conv/conv.ts';
import { convTranspose2d } from '../ops/conv/stepped.ts';
import { square } from '../ops/elementwise.ts';
import { scaleShiftLeakyRelu } from '../ops/normalise.ts';
import { concat } from '../ops/rearrange.ts';
import { drawn, FULL, inBlocks, NOISE } from './gradient-draws.ts';

const OPTIONS: Pick<GradientCheck, 'draw' | 'step'> = { draw: (rng) => 0.5 * rng.normal(), step: 0.1 };

/** Gradient checks of convolutions. */
export function convCases(): Record<string, GradientCheck> {
  const table: [kernel: number, padding: number][] = [
    [1, 0],
    [3, 1],
    [3, 0],
    [5, 2],
    [3, 2],
  ];
  const plain = table.map(([kernel, padding]) => [
    `${kernel}x${kernel}, padding ${padding}`,
    check([[2, 4, 5, 6], [8, 4, kernel, kernel], [8]], (x, w, b) => conv2d(x, w, { bias: b, padding }), OPTIONS),
  ]);
  const concatenated = check(
    [
      [2, 2, 5, 4],
      [2, 3, 5, 4],
      [4, 5, 3, 3],
    ],
    (a, b, w) => conv2d(concat([a, b], 1), w, { padding: 1 }),
    OPTIONS,
  );
  const padding = 1;
  const blocked = {
    'in blocks': inBlocks((x, bias) => conv2d(x, drawn([FULL, FULL, 3, 3]), { bias, padding }), [[FULL]]),
    'a concatenation in blocks': inBlocks((x) => conv2d(concat([x, square(x)], 1), drawn([FULL, 2 * FULL, 1, 1]))),
    'weights of few channels in blocks': check([[FULL, 1, 3, 3]], (w) => conv2d(drawn(NOISE), w, { padding })),
  };
  const coefficients = constant([2, 0.5, -1, 3], [1, 4, 1, 1]);
  const scaled = check(
    [[2, 2, 10, 9], [4, 2, 3, 3], [4]],
    (x, w, b) => scaleShiftLeakyRelu(conv2d(x, w, { bias: b }), { scale: coefficients, shift: coefficients }),
    OPTIONS,
  );
  return {
    ...Object.fromEntries(plain),
    'of a concatenation': concatenated,
    'whose output is scaled per channel': scaled,
    ...blocked,
    ...steppedCases(),
  };
}

/** Strides, dilations and paddings that meet the border in different ways, and what the smaller image leaves out. */
const STEPS = [
  { stride: 2, padding: 1 },
  { stride: 3 },
  { dilation: 2, padding: 2 },
  { stride: 2, dilation: 3, padding: 1 },
];

function steppedCases(): Record<string, GradientCheck> {
  const cases = STEPS.map((steps) => [
    Object.entries(steps).flat().join(' '),
    check([[2, 2, 8, 9], [3, 2, 3, 2], [3]], (x, w, bias) => conv2d(x, w, { bias, ...steps }), OPTIONS),
  ]);
  const inFull = (steps: object) => inBlocks((x) => conv2d(x, drawn([FULL, FULL, 3, 3]), { padding: 1, ...steps }));
  return {
    ...Object.fromEntries(cases),
    'stride 2 in blocks': inFull({ stride: 2 }),
    'dilation 2 in blocks': inFull({ dilation: 2 }),
  };
}

/** Gradient checks of transposed convolutions. */
export function convTransposeCases(): Record<string, GradientCheck> {
  const steps = [...STEPS, {}, { stride: 2, outputPadding: 1 }];
  return Object.fromEntries(
    steps.map((options) => [
      Object.entries(options).flat().join(' ') || 'plain',
      check([[2, 3, 4, 5], [3, 2, 3, 2], [2]], (x, w, bias) => convTranspose2d(x, w, { bias, ...options }), OPTIONS),
    ]),
  );
}
