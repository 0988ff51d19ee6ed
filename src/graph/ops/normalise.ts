import { constant } from '../leaf.ts';
import type { Lowering } from '../lowering.ts';
import { blockedScaleShift, fromBlocked, isBlocked, lowerAlike, toBlocked } from '../onnx/blocked-layout.ts';
import { lowerStep } from '../onnx/step-function.ts';
import { imageShape, sameShape, shapeError, show, sizeOf } from '../shape.ts';
import { applies, apply, applyOne, type Each, type Node, type Op, type Tensor } from '../tensor.ts';
import { broadcastTo, sumTo } from './broadcast.ts';
import { div, mul, sub } from './elementwise.ts';
import { lowerPlaneDots, lowerPlaneMeans, planeDots, planeSums } from './planes.ts';

/*
 * Normalisation in few passes over memory: the statistics of every (image, channel) plane, and one scale, shift and leaky
 * ReLU with coefficients per plane. What lies between (instance or batch statistics, gamma, beta) are a few numbers per
 * plane that ordinary operators compute; see `nn/normalisation.ts`. Timings in the comments: 4 x 16 x 256 x 256, 2 cores.
 */

const planeStatisticsOp: Op<null, [x: Tensor], [mean: Tensor, variance: Tensor]> = {
  name: 'planeStatistics',
  infer: ([x]) => {
    const [n, channels] = imageShape(x, 'planeStatistics');
    const type = { shape: [n, channels, 1, 1], dtype: 'float32' } as const;
    return [type, type];
  },
  gradient: ({ inputs: [x], outputs: [mean] }, [meanGradient, varianceGradient]) => {
    const pixels = sizeOf(x.shape.slice(2));
    const shift = meanGradient === undefined ? undefined : div(meanGradient, pixels);
    if (varianceGradient === undefined) return [shift && broadcastTo(shift, x.shape)];
    // d variance / dx = 2 (x - mean) / pixels, folded into x * slope + offset with one slope and offset per plane.
    const slope = mul(varianceGradient, 2 / pixels);
    const offset = shift === undefined ? mul(mean, mul(slope, -1)) : sub(shift, mul(mean, slope));
    return [scaleShiftLeakyRelu(x, { scale: slope, shift: offset })];
  },
  lower: (writer, [x], { inputs }) => {
    const shape = imageShape(inputs[0], 'planeStatistics');
    const mean = lowerPlaneMeans(writer, x);
    const squares = lowerPlaneDots(writer, [x, x], shape);
    const meanSquare = writer.node('Mul', [squares, writer.scalar(1 / sizeOf(shape.slice(2)))]);
    const variance = writer.node('Sub', [meanSquare, writer.node('Mul', [mean, mean])]);
    return [mean, writer.node('Relu', [variance])];
  },
};

/**
 * Mean and (biased) variance of every plane.
 *
 * @param x [N, C, H, W]
 * @returns mean and variance, each [N, C, 1, 1]
 */
export function planeStatistics(x: Tensor): { mean: Tensor; variance: Tensor } {
  const [mean, variance] = apply(planeStatisticsOp, [x], null);
  return { mean, variance };
}

export interface ScaleShiftAttributes {
  /** Of the activation left of 0. */
  readonly slope: number;
}

type ScaleShiftInputs = [x: Tensor, scale: Tensor, shift: Tensor];
type ScaleShiftNames = Each<ScaleShiftInputs, string>;
type ScaleShift = Pick<Node<ScaleShiftAttributes, ScaleShiftInputs>, 'inputs' | 'attributes'>;

/** (x, scale, shift) -> leakyRelu(x * scale + shift) */
const scaleShiftOp: Op<ScaleShiftAttributes, ScaleShiftInputs> = {
  name: 'scaleShiftLeakyRelu',
  light: true,
  infer: ([x]) => [x],
  gradient: ({ inputs: [x, scale, shift], outputs: [y], attributes }, [dy]) => {
    const dz = activationGradient(y, dy, attributes);
    const dScale = sumTo(planeDots(dz, x), scale.shape);
    const dShift = sumTo(planeSums(dz), shift.shape);
    return [scalePlanes(dz, scale), dScale, dShift];
  },
  lower: (writer, names, node) => [lowerScaleShiftLeakyRelu(writer, names, node)],
  lowerSum: (writer, names, node, addend) => {
    const fuses = isBlocked(writer, names[0]) && node.attributes.slope === 1;
    return fuses ? lowerBlockedScaleShift(writer, names, node, addend) : undefined;
  },
};

/** ONNX nodes of leakyRelu(x * scale + shift), in the layout that x is in. */
export function lowerScaleShiftLeakyRelu(writer: Lowering, names: ScaleShiftNames, node: ScaleShift): string {
  if (isBlocked(writer, names[0])) return lowerBlockedScaleShift(writer, names, node);
  const z = lowerScaleShift(writer, names, node.inputs);
  const { slope } = node.attributes;
  return slope === 1 ? z : writer.node('LeakyRelu', [z], { alpha: { float: slope } });
}

/** Coefficients as an operator over rows takes them: one row per channel, or per plane where they differ from image to image. */
interface RowCoefficients {
  readonly perPlane: boolean;
  /** Rows: C or N * C. */
  readonly rows: number;
  /** Names of scale and shift, each of `rows` numbers in some shape. */
  readonly scale: string;
  readonly shift: string;
}

function rowCoefficients(
  writer: Lowering,
  [, scale, shift]: ScaleShiftNames,
  [image, scales, shifts]: ScaleShift['inputs'],
): RowCoefficients {
  const [n, channels] = imageShape(image, 'scaleShift');
  const isPerChannel = ({ shape }: Tensor) => shape[0] === 1;
  const perPlane = n > 1 && !(isPerChannel(scales) && isPerChannel(shifts));
  const wide = (name: string, type: Tensor) =>
    perPlane && isPerChannel(type) ? writer.node('Expand', [name, writer.ints(n, channels, 1, 1)]) : name;
  return {
    perPlane,
    rows: perPlane ? n * channels : channels,
    scale: wide(scale, scales),
    shift: wide(shift, shifts),
  };
}

function lowerBlockedScaleShift(
  writer: Lowering,
  names: ScaleShiftNames,
  { inputs, attributes }: ScaleShift,
  addend?: string,
): string {
  const shape = imageShape(inputs[0], 'scaleShift');
  const { perPlane, scale, shift } = rowCoefficients(writer, names, inputs);
  const blocked = {
    x: toBlocked(writer, names[0]),
    scale,
    shift,
    ...(addend === undefined ? {} : { addend: toBlocked(writer, addend) }),
  };
  const y = blockedScaleShift(writer, blocked, { shape, perPlane, slope: attributes.slope });
  return fromBlocked(writer, y, shape[1]);
}

/** Coefficients per plane or per channel. */
export interface ScaleShiftOptions {
  /** [N or 1, C, 1, 1] */
  readonly scale: Tensor;
  /** [N or 1, C, 1, 1] */
  readonly shift: Tensor;
  /** Of the activation left of 0. Default 1, which means none. */
  readonly slope?: number;
}

/** leakyRelu(x * scale + shift) of images [N, C, H, W] in one operator. */
export function scaleShiftLeakyRelu(x: Tensor, { scale, shift, slope = 1 }: ScaleShiftOptions): Tensor {
  const [n, channels] = imageShape(x, 'scaleShiftLeakyRelu');
  for (const { shape } of [scale, shift]) {
    if (!sameShape(shape, [n, channels, 1, 1]) && !sameShape(shape, [1, channels, 1, 1])) {
      throw shapeError('scaleShiftLeakyRelu', `coefficients ${show(shape)} do not fit ${show(x.shape)}`);
    }
  }
  return applyOne(scaleShiftOp, [x, scale, shift], { slope });
}

const scalePlanesOp: Op<ScaleShiftAttributes, ScaleShiftInputs> = { ...scaleShiftOp, name: 'scalePlanes' };

/** x * scale, as an operator that others recognise; scale: [N or 1, C, 1, 1]. */
export function scalePlanes(x: Tensor, scale: Tensor): Tensor {
  const zeros = constant(new Float32Array(sizeOf(scale.shape)), scale.shape);
  return applyOne(scalePlanesOp, [x, scale, zeros], { slope: 1 });
}

/** What {@link scalePlanes} made a tensor of, if it did. */
export function scaledPlanes({ node }: Tensor): { readonly x: Tensor; readonly scale: Tensor } | undefined {
  if (!applies(node, scalePlanesOp)) return undefined;
  const [x, scale] = node.inputs;
  return { x, scale };
}

/**
 * x * scale + shift as an inference-mode BatchNormalization with mean 0 and variance 1, which takes one pass: 1.0 ms, as Mul
 * and Add 4.3. Coefficients per plane become channels of a single image.
 */
function lowerScaleShift(writer: Lowering, names: ScaleShiftNames, inputs: ScaleShift['inputs']): string {
  const [x] = names;
  const { shape } = inputs[0];
  const { perPlane, rows, scale, shift } = rowCoefficients(writer, names, inputs);
  const flat = [scale, shift].map((name) => writer.node('Reshape', [name, writer.ints(rows)]));
  const image = perPlane ? writer.node('Reshape', [x, writer.ints(1, rows, ...shape.slice(2))]) : x;
  const statistics = [0, 1].map((value) => writer.constant(new Float32Array(rows).fill(value), [rows]));
  const y = writer.node('BatchNormalization', [image, ...flat, ...statistics], {
    epsilon: { float: 0 },
  });
  return perPlane ? writer.node('Reshape', [y, writer.ints(...shape)]) : y;
}

/** (y, dy) -> dz for y = leakyRelu(z): y has the sign of z. */
const activationGradientOp: Op<ScaleShiftAttributes, [y: Tensor, dy: Tensor]> = {
  name: 'leakyReluGradient',
  infer: ([y]) => [y],
  lower: (writer, names, { inputs, attributes: { slope } }) => [
    // The factor 1 or slope as a steep ramp: 3.6 ms with the product, by Greater and Where 10.6.
    lowerAlike(writer, names, inputs, ([y, dy]) =>
      writer.node('Mul', [dy, lowerStep(writer, y, { at0: 0, least: slope })]),
    ),
  ],
};

/** dz of y = leakyRelu(z), from y and dy. */
export function activationGradient(y: Tensor, dy: Tensor, attributes: ScaleShiftAttributes): Tensor {
  return attributes.slope === 1 ? dy : applyOne(activationGradientOp, [y, dy], attributes);
}
