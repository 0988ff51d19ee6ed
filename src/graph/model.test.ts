import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import { nodeRuntime, tunedNodeRuntime } from '../runtime/node/runtime.ts';
import { floats } from '../runtime/runtime.ts';
import { largestDifference } from '../testing/compare.ts';
import { evaluate } from '../testing/evaluate.ts';
import { operatorsOf } from '../testing/operators.ts';
import { gradients } from './autodiff.ts';
import { constant, input } from './leaf.ts';
import { toOnnx } from './model.ts';
import { ModelProtoSchema } from './onnx/onnx_pb.ts';
import { sum } from './ops/broadcast.ts';
import { conv2d } from './ops/conv/conv.ts';
import { add, exp, mul, neg, square } from './ops/elementwise.ts';
import { concat } from './ops/rearrange.ts';
import { type Shape, sizeOf } from './shape.ts';
import type { Tensor } from './tensor.ts';

const normals = (seed: number, shape: Shape) => {
  const rng = new Rng('model.test', seed);
  return constant(
    Array.from({ length: sizeOf(shape) }, () => rng.normal()),
    shape,
  );
};

describe('toOnnx', () => {
  const x = input('x', [2]);

  it('writes equal nodes once, however often they were applied', () => {
    const model = toOnnx({ a: add(exp(x), 1), b: mul(exp(x), exp(x)) });
    expect(operatorsOf(model).sort()).toEqual(['Add', 'Exp', 'Mul']);
  });

  it('tells nodes apart by attributes and inputs', () => {
    const model = toOnnx({ a: add(x, 1), b: add(x, 2), c: sum(x), d: sum(x, { keepDims: true }) });
    expect(operatorsOf(model).sort()).toEqual(['Add', 'Add', 'ReduceSum', 'ReduceSum']);
  });

  it('writes equal constants once', () => {
    const model = toOnnx({ a: add(x, constant([1, 2], [2])), b: mul(x, constant([1, 2], [2])) });
    expect(fromBinary(ModelProtoSchema, model).graph?.initializer).toHaveLength(1);
  });

  it('writes only what the outputs need, and keeps metadata', () => {
    neg(x);
    const model = toOnnx({ y: exp(x) }, { metadata: { size: '128' } });
    expect(operatorsOf(model)).toEqual(['Exp']);
    expect(fromBinary(ModelProtoSchema, model).metadataProps).toMatchObject([{ key: 'size', value: '128' }]);
  });

  it('shows a value as several outputs, and an input as an output', async () => {
    const y = exp(x);
    const session = await nodeRuntime({ threads: 1 }).load(toOnnx({ a: y, b: y, c: add(y, 1), d: x }));
    const { a, b, c, d } = await session.run({ x: floats(Float32Array.of(0, 0), [2]) });
    expect([a, b, c, d].map((values) => values?.data[1])).toEqual([1, 1, 2, 0]);
    await session.dispose();
  });

  it('turns inputs into constants where asked', async () => {
    const model = toOnnx({ y: mul(x, 2) }, { constants: new Map([[x, Float32Array.of(3, 4)]]) });
    const session = await nodeRuntime({ threads: 1 }).load(model);
    expect((await session.run({})).y?.data).toEqual(Float32Array.of(6, 8));
    await session.dispose();
  });
});

/** A convolution, a second one on top, and all gradients of a weighted sum. */
function convolutions(x: Tensor, w: Tensor, v: Tensor, parts: readonly Tensor[]): Record<string, Tensor> {
  const y = conv2d(conv2d(x, w, { padding: 1 }), v, { padding: 1 });
  const found = gradients(sum(square(y)), [w, v, ...parts]) as Tensor[];
  return { y, ...Object.fromEntries(found.map((gradient, i) => [`gradient${i}`, gradient])) };
}

describe('conv2d', () => {
  it('of a concatenation equals that of the joined image, gradients included', async () => {
    const [a, b] = [normals(1, [2, 3, 6, 5]), normals(2, [2, 4, 6, 5])];
    const [w, v] = [normals(3, [5, 7, 3, 3]), normals(4, [2, 5, 3, 3])];
    const joined = concat([a, b], 1);
    // Behind an addition the convolution cannot see what its image was joined from.
    const plain = add(joined, 0);
    const split = await evaluate(convolutions(joined, w, v, [a, b]));
    const whole = await evaluate(convolutions(plain, w, v, [a, b]));
    expect(operatorsOf(toOnnx({ y: conv2d(joined, w) }))).not.toContain('Concat');
    for (const [name, values] of Object.entries(whole)) {
      expect(largestDifference(split[name] as number[], values), name).toBeLessThan(1e-5);
    }
  });

  it('of a concatenation puts the gradients of the weight side by side, without padding and adding them', () => {
    const [a, b] = [normals(1, [2, 3, 6, 5]), normals(2, [2, 4, 6, 5])];
    const w = normals(3, [5, 7, 3, 3]);
    const [dw] = gradients(sum(conv2d(concat([a, b], 1), w)), [w]) as [Tensor];
    const operators = operatorsOf(toOnnx({ dw }, { target: { device: 'webgpu' } }));
    expect(operators.filter((name) => name === 'Concat').length).toBe(1);
    expect(operators).not.toContain('Pad');
  });

  it('gives the same numbers by blocked kernels, where this processor has them', async (context) => {
    const tuned = await tunedNodeRuntime({ threads: 1 });
    const block = tuned.target.nchwcBlock;
    if (block === undefined) return context.skip('no blocked convolution here');
    const [a, b] = [normals(5, [2, block, 40, 36]), normals(6, [2, 2 * block, 40, 36])];
    const [w, v] = [normals(7, [2 * block, 3 * block, 3, 3]), normals(8, [block, 2 * block, 1, 1])];
    const outputs = () => {
      const y = conv2d(conv2d(concat([a, b], 1), w, { padding: 1 }), v);
      const [dw, dv, da, db] = gradients(sum(square(y)), [w, v, a, b]) as [Tensor, Tensor, Tensor, Tensor];
      return { y, dw, dv, da, db };
    };
    expect(operatorsOf(toOnnx(outputs(), { target: tuned.target }))).toContain('ReorderInput');
    const [plain, blocked] = [await evaluate(outputs()), await evaluate(outputs(), {}, tuned)];
    for (const [name, values] of Object.entries(plain)) {
      expect(largestDifference(blocked[name] as number[], values), name).toBeLessThan(1e-4);
    }
  });
});
