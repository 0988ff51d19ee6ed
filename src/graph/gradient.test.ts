import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeRuntime, tunedNodeRuntime } from '../runtime/node/runtime.ts';
import { type GradientCheck, gradientError } from '../testing/gradient-check.ts';
import { conv2d } from './ops/conv/conv.ts';
import { mul } from './ops/elementwise.ts';
import { matmul } from './ops/matmul.ts';
import { type Tensor, topologicalOrder } from './tensor.ts';
import { GRADIENT_CASES } from './testing/gradient-cases.ts';
import { VALUE_CASES } from './testing/value-cases.ts';

const TOLERANCE = 2e-3;
/** Lowerings differ between a plain target and one with blocked layout, where this processor has that. */
const runtimes = [nodeRuntime({ threads: 1 }), await tunedNodeRuntime({ threads: 1 })];
const cases = Object.entries(GRADIENT_CASES).flatMap(([name, checks]) =>
  Object.entries(checks).map(([title, check]) => [name, title, check] as const),
);

describe('gradient against central differences', () => {
  it.each(cases)('%s: %s', async (_name, _title, check) => {
    for (const [i, runtime] of runtimes.entries()) {
      expect(await gradientError({ ...check, seed: i + 1 }, runtime)).toBeLessThan(TOLERANCE);
    }
  });
});

describe('gradient at random odd shapes', () => {
  const size = (max: number) => fc.integer({ min: 1, max });
  const runs = { numRuns: 12 };

  it('conv2d', async () => {
    const shape = fc.record({
      n: size(3),
      height: size(7),
      width: size(7),
      kernelHeight: size(4),
      kernelWidth: size(4),
      padding: fc.integer({ min: 0, max: 3 }),
      channels: size(4),
      out: size(4),
    });
    const fits = shape.filter(
      ({ height, width, kernelHeight, kernelWidth, padding }) =>
        padding < Math.min(kernelHeight, kernelWidth) &&
        height + 2 * padding >= kernelHeight &&
        width + 2 * padding >= kernelWidth,
    );
    await fc.assert(
      fc.asyncProperty(fits, fc.nat(1e6), async (s, seed) => {
        const check: GradientCheck = {
          shapes: [
            [s.n, s.channels, s.height, s.width],
            [s.out, s.channels, s.kernelHeight, s.kernelWidth],
          ],
          build: (x, w) => conv2d(x as Tensor, w as Tensor, { padding: s.padding }),
          draw: (rng) => 0.5 * rng.normal(),
          step: 0.1,
          seed,
        };
        for (const runtime of runtimes) expect(await gradientError(check, runtime)).toBeLessThan(TOLERANCE);
      }),
      runs,
    );
  });

  it('matmul', async () => {
    const shape = fc.record({
      batch: fc.array(size(3), { maxLength: 2 }),
      rows: size(5),
      inner: size(5),
      columns: size(5),
      transposeA: fc.boolean(),
      transposeB: fc.boolean(),
      batchOf: fc.constantFrom('both', 'a', 'b'),
    });
    await fc.assert(
      fc.asyncProperty(shape, fc.nat(1e6), async (s, seed) => {
        const { transposeA, transposeB, batchOf } = s;
        const a = [...(batchOf === 'b' ? [] : s.batch), ...(transposeA ? [s.inner, s.rows] : [s.rows, s.inner])];
        const b = [...(batchOf === 'a' ? [] : s.batch), ...(transposeB ? [s.columns, s.inner] : [s.inner, s.columns])];
        const build = (x?: Tensor, y?: Tensor) => matmul(x as Tensor, y as Tensor, { transposeA, transposeB });
        expect(await gradientError({ shapes: [a, b], build, step: 0.1, seed })).toBeLessThan(TOLERANCE);
      }),
      runs,
    );
  });

  it('broadcasting', async () => {
    const axes = fc.array(fc.record({ size: size(4), inA: fc.boolean(), inB: fc.boolean() }), { maxLength: 4 });
    const cut = (shape: readonly number[], from: number) => shape.slice(Math.min(from, shape.length));
    await fc.assert(
      fc.asyncProperty(axes, fc.nat(4), fc.nat(4), fc.nat(1e6), async (all, cutA, cutB, seed) => {
        const a = all.map((axis) => (axis.inA ? axis.size : 1));
        const b = all.map((axis) => (axis.inB ? axis.size : 1));
        const shapes = [cut(a, cutA), cut(b, cutB)];
        const build = (x?: Tensor, y?: Tensor) => mul(x as Tensor, y as Tensor);
        expect(await gradientError({ shapes, build, step: 0.1, seed })).toBeLessThan(TOLERANCE);
      }),
      runs,
    );
  });
});

/** Files among the operators' that define none: lowerings, and what rewrites graphs. */
const NO_OPERATORS = /(^|\/)(bias|blocked|input-gradient|plain|shape|unfold|weight-gradient|quantise)\.ts$|\.test\.ts$/;
/** Exported functions of operator files that are no operators. */
const HELPERS = [
  'activationGradient',
  'broadcastShapes',
  'convShape',
  'inferenceConvs',
  'isAllReduce',
  'isInferenceConv',
  'onnxConvAttributes',
  'quantisationOf',
  'quantiseWeight',
  'reduction',
  'scaledPlanes',
  'steppedConv',
  'lowerMatmul',
  'lowerPlaneDots',
  'lowerScaleShiftLeakyRelu',
  'lowerPlaneMeans',
];

async function operators(): Promise<string[]> {
  const folders = ['ops/', 'quantise/'].map((name) => new URL(name, import.meta.url));
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !NO_OPERATORS.test(file))
      .map((file) => new URL(file, folder)),
  );
  const modules = await Promise.all(files.map(async (file) => (await import(file.href)) as Record<string, unknown>));
  const functions = modules.flatMap((module) =>
    Object.entries(module).filter(([, value]) => typeof value === 'function'),
  );
  return functions.map(([name]) => name).filter((name) => !HELPERS.includes(name));
}

describe('every operator', () => {
  it('has a gradient check, or a forward check and no gradient', async () => {
    const names = await operators();
    expect(names.length).toBeGreaterThan(50);
    const untested = names.filter((name) => !(name in GRADIENT_CASES) && !(name in VALUE_CASES));
    expect(untested).toEqual([]);
  });

  it('that is checked exists', async () => {
    const names = await operators();
    expect(Object.keys({ ...GRADIENT_CASES, ...VALUE_CASES }).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(Object.entries(VALUE_CASES).filter(([name]) => !(name in GRADIENT_CASES)))(
    'without a gradient check has no gradient rule: %s',
    (name, forwards) => {
      for (const { build, node = name } of forwards) {
        // Others may follow it, which are constant for differentiation themselves.
        const order = topologicalOrder([build().node]);
        const own = order.filter(({ op }) => op.name.toLowerCase() === node.toLowerCase());
        expect(own).not.toEqual([]);
        expect(own.filter(({ op }) => op.gradient !== undefined)).toEqual([]);
      }
    },
  );
});
