import { constant } from '../leaf.ts';
import type { Lowering } from '../lowering.ts';
import { blockedScaleShift, fromBlocked, isBlocked, lowerAlike, toBlocked } from '../onnx/blocked-layout.ts';
import { lowerStep } from '../onnx/step-function.ts';
import { imageShape, sameShape, shapeError, show, sizeOf } from '../shape.ts';
import { apply, applyOne, type Node, type Op, type Tensor } from '../tensor.ts';
import { broadcastTo, sumTo } from './broadcast.ts';
import { div, mul, sub } from './elementwise.ts';
import { lowerPlaneDots, lowerPlaneMeans, planeDots, planeSums } from './planes.ts';

/*
 * Normalisation in few passes over memory: the statistics of every (image, channel) plane, and one scale, shift and leaky
 * ReLU with coefficients per plane. What lies between (instance or batch statistics, gamma, beta) are a few numbers per
 * plane that ordinary operators compute; see `nn/normalisation.ts`. Timings in the comments: 4 x 16 x 256 x 256, 2 cores.
 */

const planeStatisticsOp: Op<null> = {
  name: 'planeStatistics',
  infer: ([x]) => {
    const [n, channels] = imageShape(x as Tensor, 'planeStatistics');
    const type = { shape: [n, channels, 1, 1], dtype: 'float32' } as const;
    return [type, type];
  },
  gradient: ({ inputs, outputs }, [meanGradient, varianceGradient]) => {
    const [x, mean] = [inputs[0] as Tensor, outputs[0] as Tensor];
    const pixels = sizeOf(x.shape.slice(2));
    const shift = meanGradient === undefined ? undefined : div(meanGradient, pixels);
    if (varianceGradient === undefined) return [shift && broadcastTo(shift, x.shape)];
    // d variance / dx = 2 (x - mean) / pixels, folded into x * slope + offset with one slope and offset per plane.
    const slope = mul(varianceGradient, 2 / pixels);
    const offset = shift === undefined ? mul(mean, mul(slope, -1)) : sub(shift, mul(mean, slope));
    return [scaleShiftLeakyRelu(x, slope, offset, 1)];
  },
  lower: (writer, [x], { inputs }) => {
    const { shape } = inputs[0] as Tensor;
    const mean = lowerPlaneMeans(writer, x as string);
    const squares = lowerPlaneDots(writer, x as string, x as string, shape);
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
  const [mean, variance] = apply(planeStatisticsOp, [x], null) as readonly [Tensor, Tensor];
  return { mean, variance };
}

export interface ScaleShiftAttributes {
  /** Of the activation left of 0. */
  readonly slope: number;
}

/** (x, scale, shift) -> leakyRelu(x * scale + shift) */
export const scaleShiftOp: Op<ScaleShiftAttributes> = {
  name: 'scaleShiftLeakyRelu',
  light: true,
  infer: ([x]) => [x as Tensor],
  gradient: ({ inputs, outputs, attributes }, [dy]) => {
    const [x, scale, shift] = inputs as readonly [Tensor, Tensor, Tensor];
    const dz = activationGradient(outputs[0] as Tensor, dy as Tensor, attributes);
    const dScale = sumTo(planeDots(dz, x), scale.shape);
    const dShift = sumTo(planeSums(dz), shift.shape);
    return [scalePlanes(dz, scale), dScale, dShift];
  },
  lower: (writer, names, node) => {
    const [x, scale, shift] = names as readonly [string, string, string];
    const { inputs, attributes } = node;
    if (isBlocked(writer, x)) return [lowerBlockedScaleShift(writer, names, node)];
    const z = lowerScaleShift(writer, x, [scale, shift], inputs);
    return [attributes.slope === 1 ? z : writer.node('LeakyRelu', [z], { alpha: { float: attributes.slope } })];
  },
  lowerSum: (writer, names, node, addend) => {
    const fuses = isBlocked(writer, names[0] as string) && node.attributes.slope === 1;
    return fuses ? lowerBlockedScaleShift(writer, names, node, addend) : undefined;
  },
};

/** Coefficients as an operator over rows takes them: one row per channel, or per plane where they differ from image to image. */
interface RowCoefficients {
  readonly perPlane: boolean;
  /** Rows: C or N * C. */
  readonly rows: number;
  /** Names of scale and shift, each of `rows` numbers in some shape. */
  readonly names: readonly [string, string];
}

function rowCoefficients(
  writer: Lowering,
  names: readonly string[],
  [image, ...coefficients]: readonly Tensor[],
): RowCoefficients {
  const [n, channels] = imageShape(image as Tensor, 'scaleShift');
  const perPlane = n > 1 && coefficients.some(({ shape }) => shape[0] !== 1);
  const wide = names.map((name, i) =>
    perPlane && coefficients[i]?.shape[0] === 1 ? writer.node('Expand', [name, writer.ints(n, channels, 1, 1)]) : name,
  );
  return { perPlane, rows: perPlane ? n * channels : channels, names: wide as [string, string] };
}

function lowerBlockedScaleShift(
  writer: Lowering,
  [x, ...coefficients]: readonly string[],
  { inputs, attributes }: Node<ScaleShiftAttributes>,
  addend?: string,
): string {
  const { shape } = inputs[0] as Tensor;
  const { perPlane, names } = rowCoefficients(writer, coefficients, inputs);
  const blocked = {
    x: toBlocked(writer, x as string),
    scale: names[0],
    shift: names[1],
    ...(addend === undefined ? {} : { addend: toBlocked(writer, addend) }),
  };
  const y = blockedScaleShift(writer, blocked, { shape, perPlane, slope: attributes.slope });
  return fromBlocked(writer, y, shape[1] as number);
}

/**
 * leakyRelu(x * scale + shift) in one operator.
 *
 * @param x [N, C, H, W]
 * @param scale and shift: [N or 1, C, 1, 1]
 * @param slope of the activation left of 0; 1 means no activation
 */
export function scaleShiftLeakyRelu(x: Tensor, scale: Tensor, shift: Tensor, slope: number): Tensor {
  const [n, channels] = imageShape(x, 'scaleShiftLeakyRelu');
  for (const { shape } of [scale, shift]) {
    if (!sameShape(shape, [n, channels, 1, 1]) && !sameShape(shape, [1, channels, 1, 1])) {
      throw shapeError('scaleShiftLeakyRelu', `coefficients ${show(shape)} do not fit ${show(x.shape)}`);
    }
  }
  return applyOne(scaleShiftOp, [x, scale, shift], { slope });
}

const scalePlanesOp: Op<ScaleShiftAttributes> = { ...scaleShiftOp, name: 'scalePlanes' };

/** x * scale, as an operator that others recognise; scale: [N or 1, C, 1, 1]. */
export function scalePlanes(x: Tensor, scale: Tensor): Tensor {
  const zeros = constant(new Float32Array(sizeOf(scale.shape)), scale.shape);
  return applyOne(scalePlanesOp, [x, scale, zeros], { slope: 1 });
}

/** What {@link scalePlanes} made a tensor of, if it did. */
export function scaledPlanes({ node }: Tensor): { readonly x: Tensor; readonly scale: Tensor } | undefined {
  return node.op === (scalePlanesOp as Op)
    ? { x: node.inputs[0] as Tensor, scale: node.inputs[1] as Tensor }
    : undefined;
}

/**
 * x * scale + shift as an inference-mode BatchNormalization with mean 0 and variance 1, which takes one pass: 1.0 ms, as Mul
 * and Add 4.3. Coefficients per plane become channels of a single image.
 */
function lowerScaleShift(
  writer: Lowering,
  x: string,
  coefficients: readonly string[],
  types: readonly Tensor[],
): string {
  const { shape } = types[0] as Tensor;
  const { perPlane, rows, names } = rowCoefficients(writer, coefficients, types);
  const flat = names.map((name) => writer.node('Reshape', [name, writer.ints(rows)]));
  const image = perPlane ? writer.node('Reshape', [x, writer.ints(1, rows, ...shape.slice(2))]) : x;
  const [zeros, ones] = [0, 1].map((value) => writer.constant(new Float32Array(rows).fill(value), [rows]));
  const y = writer.node('BatchNormalization', [image, ...flat, zeros as string, ones as string], {
    epsilon: { float: 0 },
  });
  return perPlane ? writer.node('Reshape', [y, writer.ints(...shape)]) : y;
}

/** (y, dy) -> dz for y = leakyRelu(z): y has the sign of z. */
const activationGradientOp: Op<ScaleShiftAttributes> = {
  name: 'leakyReluGradient',
  infer: ([y]) => [y as Tensor],
  lower: (writer, [y, dy], { inputs, attributes: { slope } }) => {
    // The factor 1 or slope as a steep ramp: 3.6 ms with the product, by Greater and Where 10.6.
    const write = ([image, gradient]: readonly string[]) => {
      const factor = lowerStep(writer, image as string, { at0: 0, least: slope });
      return writer.node('Mul', [gradient as string, factor]);
    };
    const shapes = inputs.map(({ shape }) => shape);
    return [lowerAlike(writer, [y as string, dy as string], shapes, write)];
  },
};

/** dz of y = leakyRelu(z), from y and dy. */
export function activationGradient(y: Tensor, dy: Tensor, attributes: ScaleShiftAttributes): Tensor {
  return attributes.slope === 1 ? dy : applyOne(activationGradientOp, [y, dy], attributes);
}
