import { broadcastTo, sum, sumTo } from './broadcast.ts';
import { add, div, mul, sub } from './elementwise.ts';
import { apply, applyOne, imageShape, type Op, sameShape, shapeError, show, sizeOf, type Tensor } from './tensor.ts';

/**
 * Normalisation in two operators, so that it costs few passes over memory: the statistics of every (image, channel) plane,
 * and one scale, shift and leaky ReLU with coefficients per plane. What lies between (instance or batch statistics, gamma,
 * beta) are a few numbers per plane that ordinary operators compute; see `nn/normalisation.ts`.
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
    return [add(mul(x, slope), offset)];
  },
  lower: (writer, [x], { inputs }) => {
    const axes = writer.ints(2, 3);
    const mean = writer.node('ReduceMean', [x as string, axes], { keepdims: 1 });
    const squares = writer.node('ReduceSumSquare', [x as string, axes], { keepdims: 1 });
    const pixels = writer.scalar(1 / sizeOf((inputs[0] as Tensor).shape.slice(2)));
    const meanSquare = writer.node('Mul', [squares, pixels]);
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

interface SlopeAttributes {
  readonly slope: number;
}

const scaleShiftOp: Op<SlopeAttributes> = {
  name: 'scaleShiftLeakyRelu',
  infer: ([x]) => [x as Tensor],
  gradient: ({ inputs, outputs, attributes }, [dy]) => {
    const [x, scale, shift] = inputs as readonly [Tensor, Tensor, Tensor];
    const dz = activationGradient(outputs[0] as Tensor, dy as Tensor, attributes);
    const dScale = sumTo(planeDots(dz, x), scale.shape);
    const dShift = sumTo(sum(dz, { axes: [2, 3], keepDims: true }), shift.shape);
    return [mul(dz, scale), dScale, dShift];
  },
  lower: (writer, [x, scale, shift], { attributes: { slope } }) => {
    const z = writer.node('Add', [writer.node('Mul', [x as string, scale as string]), shift as string]);
    return [slope === 1 ? z : writer.node('LeakyRelu', [z], { alpha: { float: slope } })];
  },
};

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

/** (y, dy) -> dz for y = leakyRelu(z): y has the sign of z. */
const activationGradientOp: Op<SlopeAttributes> = {
  name: 'leakyReluGradient',
  infer: ([y]) => [y as Tensor],
  lower: (writer, [y, dy], { attributes: { slope } }) => {
    const scaled = writer.node('Mul', [dy as string, writer.scalar(slope)]);
    return [writer.node('Where', [writer.node('Greater', [y as string, writer.scalar(0)]), dy as string, scaled])];
  },
};

function activationGradient(y: Tensor, dy: Tensor, attributes: SlopeAttributes): Tensor {
  return attributes.slope === 1 ? dy : applyOne(activationGradientOp, [y, dy], attributes);
}

/** (a, b) -> sum over pixels of a * b: batched row times column, so that the product is never written to memory. */
const planeDotsOp: Op<null> = {
  name: 'planeDots',
  infer: ([a]) => {
    const [n, channels] = imageShape(a as Tensor, 'planeDots');
    return [{ shape: [n, channels, 1, 1], dtype: 'float32' }];
  },
  lower: (writer, inputs, { inputs: [a] }) => {
    const [n, channels, height, width] = imageShape(a as Tensor, 'planeDots');
    const rows = inputs.map((name) => writer.node('Reshape', [name, writer.ints(n * channels, 1, height * width)]));
    const dots = writer.node('FusedMatMul', rows, { transB: 1 }, { domain: 'com.microsoft' });
    return [writer.node('Reshape', [dots, writer.ints(n, channels, 1, 1)])];
  },
};

function planeDots(a: Tensor, b: Tensor): Tensor {
  return applyOne(planeDotsOp, [a, b], null);
}
