import type { Lowering } from '../lowering.ts';
import { type InferenceConvAttributes, onnxConvAttributes } from '../ops/conv/inference.ts';
import { extent, type Shape, sizeOf } from '../shape.ts';
import { applyOne, type Op, type Tensor } from '../tensor.ts';

/*
 * Eight-bit arithmetic of trained networks, on the operators of ONNX that ONNX Runtime has integer kernels for. It brings
 * channels innermost by itself where these want them so. A value is scale * (byte - zero).
 */

/** How bytes stand for numbers: scale * (byte - zero). */
export interface Quantisation {
  readonly scale: number;
  /** 0 to 255 */
  readonly zero: number;
}

/** Weights of a convolution, each output channel with a scale of its own: scales[o] * data. */
export interface QuantisedWeight {
  readonly data: Int8Array;
  /** [Co, Ci, kh, kw] */
  readonly shape: Shape;
  /** [Co] */
  readonly scales: Float32Array;
}

function parameters(writer: Lowering, { scale, zero }: Quantisation): readonly [string, string] {
  return [writer.scalar(scale), writer.constant(Uint8Array.of(zero), [], 'uint8')];
}

const quantiseOp: Op<Quantisation, [x: Tensor]> = {
  name: 'quantise',
  infer: ([x]) => [{ shape: x.shape, dtype: 'uint8' }],
  lower: (writer, [x], { attributes }) => [writer.node('QuantizeLinear', [x, ...parameters(writer, attributes)])],
};

/** The nearest bytes; what lies outside of their range is cut off. */
export function quantise(x: Tensor, quantisation: Quantisation): Tensor {
  return applyOne(quantiseOp, [x], quantisation);
}

const dequantiseOp: Op<Quantisation, [x: Tensor]> = {
  name: 'dequantise',
  infer: ([x]) => [{ shape: x.shape, dtype: 'float32' }],
  lower: (writer, [x], { attributes }) => [writer.node('DequantizeLinear', [x, ...parameters(writer, attributes)])],
};

/** The numbers that bytes stand for. */
export function dequantise(x: Tensor, quantisation: Quantisation): Tensor {
  return applyOne(dequantiseOp, [x], quantisation);
}

export interface QuantisedConvOptions {
  readonly weight: QuantisedWeight;
  /** [Co], in units of the input's scale times the channel's */
  readonly bias: Int32Array;
  /** Of the input and of the output. */
  readonly from: Quantisation;
  readonly to: Quantisation;
  readonly attributes: Omit<InferenceConvAttributes, 'slope'>;
}

const quantisedConvOp: Op<QuantisedConvOptions, [x: Tensor]> = {
  name: 'quantisedConv',
  infer: (_, { attributes: { outputShape } }) => [{ shape: outputShape, dtype: 'uint8' }],
  lower: (writer, [x], { attributes: { weight, bias, from, to, attributes } }) => {
    const { data, shape, scales } = weight;
    const inputs = [
      ...[x, ...parameters(writer, from)],
      ...[writer.constant(data, shape, 'int8'), writer.constant(scales, [scales.length])],
      ...[writer.constant(new Int8Array(scales.length), [scales.length], 'int8'), ...parameters(writer, to)],
      writer.constant(bias, [bias.length]),
    ];
    return [writer.node('QLinearConv', inputs, onnxConvAttributes(shape, attributes.padding))];
  },
};

/**
 * Convolution of bytes, summed up in 32 bits. Where the output's zero is 0, what is negative becomes 0: a ReLU.
 *
 * @param x uint8 [N, Ci, H, W]
 * @returns uint8, as `inferenceConv`
 */
export function quantisedConv(x: Tensor, options: QuantisedConvOptions): Tensor {
  return applyOne(quantisedConvOp, [x], options);
}

interface ConcatAttributes {
  readonly axis: number;
  readonly from: readonly Quantisation[];
  readonly to: Quantisation;
}

const quantisedConcatOp: Op<ConcatAttributes, [first: Tensor, ...others: Tensor[]]> = {
  name: 'quantisedConcat',
  infer: (inputs, { axis }) => {
    const total = inputs.reduce((length, { shape }) => length + extent(shape, axis), 0);
    return [{ shape: inputs[0].shape.with(axis, total), dtype: 'uint8' }];
  },
  lower: (writer, names, { attributes: { axis, from, to } }) => {
    const parts = names.flatMap((name, i) => [name, ...parameters(writer, from[i] as Quantisation)]);
    return [writer.node('QLinearConcat', [...parameters(writer, to), ...parts], { axis }, { domain: 'com.microsoft' })];
  },
};

/** Joins bytes of several quantisations, one each in `from`, along an axis into bytes of one. */
export function quantisedConcat(inputs: readonly [Tensor, ...Tensor[]], attributes: ConcatAttributes): Tensor {
  return applyOne(quantisedConcatOp, inputs, attributes);
}

/** Smallest and largest number to be told apart. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Spreads 256 bytes over a range and 0, which padding needs to be exact. */
export function quantisationOf({ low, high }: Range): Quantisation {
  const [from, to] = [Math.min(0, low), Math.max(0, high)];
  const scale = Math.max(to - from, 1e-12) / 255;
  return { scale, zero: Math.round((0 - from) / scale) };
}

/**
 * Seven bits: processors without VNNI add pairs of products up in 16 bits, which weights of eight bits overflow. Costs a
 * thousandth of Dice and gives every processor the same numbers.
 */
const LARGEST_WEIGHT = 63;

/** @param values and shape: [Co, Ci, kh, kw] */
export function quantiseWeight(values: Float32Array, shape: Shape): QuantisedWeight {
  const [channels] = shape as readonly [number];
  const perChannel = sizeOf(shape) / channels;
  const scales = Float32Array.from({ length: channels }, (_, o) => {
    const largest = values
      .subarray(o * perChannel, (o + 1) * perChannel)
      .reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
    return largest / LARGEST_WEIGHT;
  });
  const data = Int8Array.from(values, (value, i) => Math.round(value / (scales[Math.floor(i / perChannel)] as number)));
  return { data, shape, scales };
}
