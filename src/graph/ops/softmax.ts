import type { Lowering } from '../lowering.ts';
import { extent } from '../shape.ts';
import { applyOne, type Op, type Tensor } from '../tensor.ts';
import { sum } from './broadcast.ts';
import { add, exp, log, mul, sub } from './elementwise.ts';
import { max } from './reduce.ts';

/** Added to the score of what is not there: exp() of it is 0 in float32. */
export const NEVER = -1e4;

/** x - max(x), its exponentials and their sum. By hand: ONNX's (Log)Softmax is slow over an inner axis of few classes. */
function lowerShifted(writer: Lowering, x: string, axis: number) {
  const axes = writer.ints(axis);
  const shifted = writer.node('Sub', [x, writer.node('ReduceMax', [x, axes], { keepdims: 1 })]);
  const exponentials = writer.node('Exp', [shifted]);
  const total = writer.node('ReduceSum', [exponentials, axes], { keepdims: 1 });
  return { shifted, exponentials, total };
}

const softmaxOp: Op<{ axis: number }, [x: Tensor]> = {
  name: 'softmax',
  light: true,
  infer: ([x]) => [x],
  gradient: ({ outputs: [y], attributes: { axis } }, [dy]) => {
    const weighted = mul(dy, y);
    return [sub(weighted, mul(y, sum(weighted, { axes: [axis], keepDims: true })))];
  },
  lower: (writer, [x], { attributes }) => {
    const { exponentials, total } = lowerShifted(writer, x, attributes.axis);
    return [writer.node('Mul', [exponentials, writer.node('Reciprocal', [total])])];
  },
};

/** exp(x) / sum(exp(x)) along an axis. */
export function softmax(x: Tensor, axis: number): Tensor {
  extent(x.shape, axis);
  return applyOne(softmaxOp, [x], { axis });
}

const logSoftmaxOp: Op<{ axis: number }, [x: Tensor]> = {
  name: 'logSoftmax',
  light: true,
  infer: ([x]) => [x],
  gradient: ({ inputs, attributes: { axis } }, [gradient]) => {
    const dy = gradient;
    const probabilities = softmax(inputs[0], axis);
    return [sub(dy, mul(probabilities, sum(dy, { axes: [axis], keepDims: true })))];
  },
  lower: (writer, [x], { attributes }) => {
    const { shifted, total } = lowerShifted(writer, x, attributes.axis);
    return [writer.node('Sub', [shifted, writer.node('Log', [total])])];
  },
};

/** log(softmax(x)) along an axis, without overflow. */
export function logSoftmax(x: Tensor, axis: number): Tensor {
  extent(x.shape, axis);
  return applyOne(logSoftmaxOp, [x], { axis });
}

/** log(sum(exp(x))) along an axis (removed), without overflow. */
export function logSumExp(x: Tensor, axis: number): Tensor {
  const top = max(x, { axes: [axis], keepDims: true });
  return add(log(sum(exp(sub(x, top)), { axes: [axis] })), max(x, { axes: [axis] }));
}
