import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import { evaluate } from '../../testing/evaluate.ts';
import { constant } from '../leaf.ts';
import { toOnnx } from '../model.ts';
import { ModelProtoSchema } from '../onnx/onnx_pb.ts';
import { inferenceConv } from '../ops/conv/inference.ts';
import { exp } from '../ops/elementwise.ts';
import { maxPool2d } from '../ops/pool.ts';
import { concat } from '../ops/rearrange.ts';
import { upsampleNearest } from '../ops/resample.ts';
import { type Shape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { quantisationOf, quantiseWeight } from './integer-ops.ts';
import { convConstants, observedTensors, quantiseGraph } from './quantise.ts';

const rng = new Rng(1, 'quantise.test');
const draw = (shape: Shape, scale = 1) => Float32Array.from({ length: sizeOf(shape) }, () => scale * rng.normal());
const normals = (shape: Shape, scale?: number) => constant(draw(shape, scale), shape);

const x = normals([2, 2, 8, 8]);
const fine = inferenceConv(x, normals([8, 2, 3, 3], 0.3), { bias: normals([8]), padding: 1, slope: 0.01 });
const coarse = inferenceConv(maxPool2d(fine), normals([4, 8, 1, 1], 0.3), { bias: normals([4]) });
const joined = concat([fine, upsampleNearest(coarse)], 1);
const y = inferenceConv(joined, normals([3, 12, 3, 3], 0.2), { padding: 1 });

/** Constants and ranges as the values themselves give them. */
async function planOf(output: Tensor) {
  const [weights, observed] = [convConstants(output), observedTensors(output)];
  const all = [...weights, ...observed];
  const values = await evaluate(Object.fromEntries(all.map((tensor, i) => [`t${i}`, tensor])));
  const of = (tensor: Tensor) => values[`t${all.indexOf(tensor)}`] as number[];
  return {
    constants: new Map(weights.map((tensor) => [tensor, Float32Array.from(of(tensor))])),
    ranges: new Map(
      observed.map((tensor) => [tensor, { low: Math.min(...of(tensor)), high: Math.max(...of(tensor)) }]),
    ),
  };
}

const operatorsOf = (model: Uint8Array) =>
  fromBinary(ModelProtoSchema, model).graph?.node.map(({ opType }) => opType) ?? [];

describe('a quantised graph', () => {
  it('gives what the graph gives, to a few hundredths', async () => {
    const quantised = quantiseGraph(y, await planOf(y));
    const values = await evaluate({ y, quantised });
    const [expected, found] = [values.y as number[], values.quantised as number[]];
    const squares = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value * value, 0);
    const error = Math.sqrt(squares(found.map((value, i) => value - (expected[i] as number))) / squares(expected));
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(0.03);
  });

  it('stays in bytes from its first convolution to its last', async () => {
    const types = operatorsOf(toOnnx({ y: quantiseGraph(y, await planOf(y)) }));
    expect(types.filter((type) => type === 'QLinearConv')).toHaveLength(3);
    expect(types.filter((type) => /^(Q|Deq)uantize/.test(type)).sort()).toEqual(['DequantizeLinear', 'QuantizeLinear']);
    expect(types).not.toContain('Conv');
  });

  it('leaves bytes where something else has to be computed', async () => {
    const between = inferenceConv(exp(coarse), normals([2, 4, 1, 1]));
    const plan = await planOf(between);
    const types = operatorsOf(toOnnx({ y: quantiseGraph(between, plan) }));
    expect(types.filter((type) => type === 'QuantizeLinear')).toHaveLength(2);
    expect(types.indexOf('Exp')).toBeGreaterThan(types.indexOf('DequantizeLinear'));
  });

  it('leaves convolutions without a range as they are', async () => {
    const plan = await planOf(y);
    const ranges = new Map([...plan.ranges].filter(([tensor]) => tensor !== y));
    const types = operatorsOf(toOnnx({ y: quantiseGraph(y, { ...plan, ranges }) }));
    expect(types.filter((type) => type === 'Conv')).toHaveLength(1);
  });
});

describe('bytes for numbers', () => {
  it('hold 0 exactly, and the range', () => {
    expect(quantisationOf({ low: -1, high: 254 })).toEqual({ scale: 1, zero: 1 });
    expect(quantisationOf({ low: 5, high: 510 })).toEqual({ scale: 2, zero: 0 });
    expect(quantisationOf({ low: -51, high: -1 })).toEqual({ scale: 0.2, zero: 255 });
  });

  it('for weights have a scale per output channel and seven bits', () => {
    const weight = quantiseWeight(Float32Array.of(6.3, -0.1, 0, 0.63), [2, 2, 1, 1]);
    expect(Array.from(weight.data)).toEqual([63, -1, 0, 63]);
    expect(weight.scales[0]).toBeCloseTo(0.1, 6);
    expect(weight.scales[1]).toBeCloseTo(0.01, 6);
  });
});
