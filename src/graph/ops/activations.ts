import { lowerAlike } from '../onnx/blocked-layout.ts';
import { applyOne, type Op, type Tensor } from '../tensor.ts';
import { add, div, exp, mul, neg, square, sub } from './elementwise.ts';
import { activationGradient } from './normalise.ts';

interface Values {
  readonly dy: Tensor;
  readonly x: Tensor;
  readonly y: Tensor;
}

/** Defines an operator of single numbers that leaves an image in the layout it is in. */
function activation(onnx: string, gradient: (values: Values) => Tensor) {
  const op: Op<null, [x: Tensor]> = {
    name: onnx,
    light: true,
    infer: ([x]) => [x],
    gradient: ({ inputs: [x], outputs: [y] }, [dy]) => [gradient({ dy, x, y })],
    lower: (writer, names, { inputs }) => [lowerAlike(writer, names, inputs, (each) => writer.node(onnx, each))],
  };
  return (x: Tensor): Tensor => applyOne(op, [x], null);
}

/** max(x, 0); at 0 the gradient is 0. */
export const relu = activation('Relu', ({ dy, y }) => activationGradient(y, dy, { slope: 0 }));
/** 1 / (1 + e^-x) */
export const sigmoid = activation('Sigmoid', ({ dy, y }) => mul(dy, mul(y, sub(1, y))));
/** (e^x - e^-x) / (e^x + e^-x) */
export const tanh = activation('Tanh', ({ dy, y }) => mul(dy, sub(1, square(y))));
/** The error function, 2 / sqrt(pi) times the integral of e^-t² from 0 to x. */
export const erf = activation('Erf', ({ dy, x }) => mul(dy, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI))));

/** x sigmoid(x), also known as swish. Source: Elfwing et al., "Sigmoid-weighted linear units", 2017. */
export function silu(x: Tensor): Tensor {
  return mul(x, sigmoid(x));
}

/** x times the probability that a standard normal number is below it. Source: Hendrycks & Gimpel, "Gaussian error linear units", 2016. */
export function gelu(x: Tensor): Tensor {
  return mul(mul(x, 0.5), add(erf(div(x, Math.SQRT2)), 1));
}
