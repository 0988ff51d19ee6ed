import { scalar } from '../leaf.ts';
import { ELEMENT_TYPE } from '../lowering.ts';
import { lowerAlike } from '../onnx/blocked-layout.ts';
import { type DType, type Shape, shapeError, show } from '../shape.ts';
import { applyOne, type Op, type Tensor } from '../tensor.ts';
import { sumTo } from './broadcast.ts';

/** A tensor, or a number that stands for a scalar constant. */
export type Operand = Tensor | number;

/** NumPy's broadcasting of two shapes. @throws PatchclError `shape` when they do not go together. */
export function broadcastShapes(a: Shape, b: Shape, operator: string): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw shapeError(operator, `${show(a)} and ${show(b)} do not broadcast`);
    }
    return left === 1 ? right : left;
  });
}

function tensor(operand: Operand): Tensor {
  return typeof operand === 'number' ? scalar(operand) : operand;
}

/** The gradient of y = f(a, b) as those of a and b before they broadcast, from dy. */
type BinaryGradient = (values: Readonly<Record<'dy' | 'a' | 'b' | 'y', Tensor>>) => readonly [Tensor, Tensor];

/** Defines a broadcasting operator of two tensors of one type. */
function binary(onnx: string, result: DType | 'same', gradient?: BinaryGradient) {
  const op: Op<null, [a: Tensor, b: Tensor]> = {
    name: onnx,
    light: true,
    infer: ([a, b]) => {
      if (a.dtype !== b.dtype) {
        throw shapeError(onnx, `expected two tensors of one type, got ${a.dtype} and ${b.dtype}`);
      }
      return [{ shape: broadcastShapes(a.shape, b.shape, onnx), dtype: result === 'same' ? a.dtype : result }];
    },
    lower: (writer, names, { inputs, outputs: [y] }) => {
      const write = (operands: readonly string[]) => writer.node(onnx, operands);
      return [y.dtype === 'float32' ? lowerAlike(writer, names, inputs, write) : write(names)];
    },
  };
  if (gradient !== undefined) {
    op.gradient = ({ inputs: [a, b], outputs: [y] }, [dy]) => {
      const [da, db] = gradient({ dy, a, b, y });
      return [sumTo(da, a.shape), sumTo(db, b.shape)];
    };
  }
  return (a: Operand, b: Operand): Tensor => applyOne(op, [tensor(a), tensor(b)], null);
}

/** The gradient of y = f(x) as that of x, from dy. */
type UnaryGradient = (values: Readonly<Record<'dy' | 'x' | 'y', Tensor>>) => Tensor;

/** Defines an operator that keeps the shape. */
function unary(onnx: string, gradient?: UnaryGradient) {
  const op: Op<null, [x: Tensor]> = {
    name: onnx,
    light: true,
    infer: ([x]) => [x],
    lower: (writer, inputs) => [writer.node(onnx, inputs)],
  };
  if (gradient !== undefined) {
    op.gradient = ({ inputs: [x], outputs: [y] }, [dy]) => [gradient({ dy, x, y })];
  }
  return (x: Tensor): Tensor => applyOne(op, [x], null);
}

/** a + b; like all operators of two tensors it broadcasts, and takes numbers for tensors. */
export const add = binary('Add', 'same', ({ dy }) => [dy, dy]);
/** a - b */
export const sub = binary('Sub', 'same', ({ dy }) => [dy, neg(dy)]);
/** a b, number by number */
export const mul = binary('Mul', 'same', ({ dy, a, b }) => [mul(dy, b), mul(dy, a)]);
/** a / b */
export const div = binary('Div', 'same', ({ dy, b, y }) => [div(dy, b), neg(div(mul(dy, y), b))]);
/** Elementwise smaller value; where both are equal the gradient goes to `a`. */
export const minimum = binary('Min', 'same', ({ dy, a, b }) => route(dy, lessOrEqual(a, b)));
/** Elementwise larger value; where both are equal the gradient goes to `a`. */
export const maximum = binary('Max', 'same', ({ dy, a, b }) => route(dy, greaterOrEqual(a, b)));
/** Where a = b, as bools; constant for differentiation, as all comparisons are. */
export const equal = binary('Equal', 'bool');
/** Where a > b, as bools. */
export const greater = binary('Greater', 'bool');
/** Where a >= b, as bools. */
export const greaterOrEqual = binary('GreaterOrEqual', 'bool');
/** Where a < b, as bools. */
export const less = binary('Less', 'bool');
/** Where a <= b, as bools. */
export const lessOrEqual = binary('LessOrEqual', 'bool');

/** -x */
export const neg = unary('Neg', ({ dy }) => neg(dy));
/** e^x */
export const exp = unary('Exp', ({ dy, y }) => mul(dy, y));
/** Natural logarithm. */
export const log = unary('Log', ({ dy, x }) => div(dy, x));
/** Square root. */
export const sqrt = unary('Sqrt', ({ dy, y }) => div(mul(dy, 0.5), y));
/** |x|; at 0 the gradient is 0. */
export const abs = unary('Abs', ({ dy, x }) => mul(dy, sign(x)));
/** -1, 0 or 1; constant for differentiation. */
export const sign = unary('Sign');

/** x² */
export function square(x: Tensor): Tensor {
  return mul(x, x);
}

function route(dy: Tensor, toFirst: Tensor): readonly [Tensor, Tensor] {
  return [where(toFirst, dy, 0), where(toFirst, 0, dy)];
}

const leakyReluOp: Op<{ slope: number }, [x: Tensor]> = {
  name: 'leakyRelu',
  light: true,
  infer: ([x]) => [x],
  gradient: ({ inputs: [x], attributes: { slope } }, [dy]) => [where(greater(x, 0), dy, mul(dy, slope))],
  lower: (writer, inputs, { attributes }) => [writer.node('LeakyRelu', inputs, { alpha: { float: attributes.slope } })],
};

/** x where positive, slope * x elsewhere (at 0 the gradient is the slope). */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  return applyOne(leakyReluOp, [x], { slope });
}

const whereOp: Op<null, [condition: Tensor, a: Tensor, b: Tensor]> = {
  name: 'where',
  light: true,
  infer: ([condition, a, b]) => {
    if (condition.dtype !== 'bool' || a.dtype !== b.dtype) {
      throw shapeError('where', 'expected a bool condition and two tensors of one type');
    }
    const shape = broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape, 'where'), 'where');
    return [{ shape, dtype: a.dtype }];
  },
  gradient: ({ inputs: [condition, a, b] }, [dy]) => {
    const [da, db] = route(dy, condition);
    return [undefined, sumTo(da, a.shape), sumTo(db, b.shape)];
  },
  lower: (writer, inputs) => [writer.node('Where', inputs)],
};

/** `a` where the condition holds, `b` elsewhere; all three broadcast. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  return applyOne(whereOp, [condition, tensor(a), tensor(b)], null);
}

const castOp: Op<{ dtype: DType }, [x: Tensor]> = {
  name: 'cast',
  light: true,
  infer: ([x], { dtype }) => [{ shape: x.shape, dtype }],
  lower: (writer, inputs, { attributes }) => [
    writer.node('Cast', inputs, { to: ELEMENT_TYPE[writer.stored(attributes.dtype)] }),
  ],
};

/** Changes the number type; constant for differentiation. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : applyOne(castOp, [x], { dtype });
}

const stopGradientOp: Op<null, [x: Tensor]> = {
  name: 'stopGradient',
  light: true,
  infer: ([x]) => [x],
  lower: (_, inputs) => inputs,
};

/** The same value, constant for differentiation. */
export function stopGradient(x: Tensor): Tensor {
  return applyOne(stopGradientOp, [x], null);
}
