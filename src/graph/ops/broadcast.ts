import { axisIndex, type Shape, sameShape, shapeError, show, sizeOf } from '../shape.ts';
import { applyOne, type Op, type Tensor } from '../tensor.ts';

const reshapeOp: Op<{ shape: Shape }, [x: Tensor]> = {
  name: 'reshape',
  light: true,
  infer: ([x], { shape }) => {
    if (sizeOf(x.shape) !== sizeOf(shape)) {
      throw shapeError('reshape', `${show(x.shape)} does not hold as many values as ${show(shape)}`);
    }
    return [{ shape, dtype: x.dtype }];
  },
  gradient: ({ inputs: [x] }, [dy]) => [reshape(dy, x.shape)],
  lower: (writer, [x], { inputs, attributes: { shape } }) => {
    // 0 keeps the first axis as it is, so that the written graph also runs on other numbers of images.
    const keepsFirst = shape.length > 0 && shape[0] === inputs[0].shape[0];
    return [writer.node('Reshape', [x, writer.ints(...(keepsFirst ? shape.with(0, 0) : shape))])];
  },
};

/** The same values in C order under another shape. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : applyOne(reshapeOp, [x], { shape });
}

interface ReduceAttributes {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** What a reduction goes over. */
export interface ReduceOptions {
  /** Axes to reduce, negative ones from the end; all of them by default. */
  readonly axes?: readonly number[];
  /** Keep reduced axes with extent 1. Default false. */
  readonly keepDims?: boolean;
}

function reducedShape(shape: Shape, { axes, keepDims }: ReduceAttributes): Shape {
  return keepDims
    ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : shape.filter((_, axis) => !axes.includes(axis));
}

/** `x` with the reduced axes back as extent 1, so that it broadcasts against the input. */
function expandReduced(x: Tensor, inputShape: Shape, { axes }: ReduceAttributes): Tensor {
  return reshape(x, reducedShape(inputShape, { axes, keepDims: true }));
}

/** What the gradient of a reduction depends on; `dy` and `y` have the reduced axes back as extent 1. */
interface Reduced extends Readonly<Record<'dy' | 'x' | 'y', Tensor>> {
  /** Values that each one of the result was made of. */
  readonly count: number;
}

/** Defines a reduction by its ONNX operator and its gradient rule. */
export function reduction(
  onnx: 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin',
  gradient: (values: Reduced) => Tensor,
) {
  const op: Op<ReduceAttributes, [x: Tensor]> = {
    name: onnx,
    infer: ([x], attributes) => [{ shape: reducedShape(x.shape, attributes), dtype: x.dtype }],
    gradient: ({ inputs: [x], outputs: [y], attributes }, [dy]) => {
      const wide = (reduced: Tensor) => expandReduced(reduced, x.shape, attributes);
      return [gradient({ dy: wide(dy), x, y: wide(y), count: sizeOf(x.shape) / sizeOf(y.shape) })];
    },
    lower: (writer, [x], { attributes: { axes, keepDims } }) => {
      if (axes.length === 0) return [x];
      return [writer.node(onnx, [x, writer.ints(...axes)], { keepdims: keepDims ? 1 : 0 })];
    },
  };
  return (x: Tensor, options: ReduceOptions = {}): Tensor => {
    const axes = (options.axes ?? x.shape.map((_, axis) => axis)).map((axis) => axisIndex(x.shape, axis));
    return applyOne(op, [x], { axes, keepDims: options.keepDims ?? false });
  };
}

/** Sum along the axes. */
export const sum = reduction('ReduceSum', ({ dy, x }) => broadcastTo(dy, x.shape));

const broadcastOp: Op<{ shape: Shape }, [x: Tensor]> = {
  name: 'broadcast',
  light: true,
  infer: ([x], { shape }) => {
    const lead = shape.length - x.shape.length;
    if (lead < 0 || x.shape.some((size, axis) => size !== 1 && size !== shape[axis + lead])) {
      throw shapeError('broadcast', `${show(x.shape)} does not broadcast to ${show(shape)}`);
    }
    return [{ shape, dtype: x.dtype }];
  },
  gradient: ({ inputs: [x] }, [dy]) => [sumTo(dy, x.shape)],
  lower: (writer, [x], { attributes }) => [writer.node('Expand', [x, writer.ints(...attributes.shape)])],
};

/** Repeats along axes of extent 1 (and new leading ones) up to `shape`. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : applyOne(broadcastOp, [x], { shape });
}

/** Sums a tensor down to a shape that broadcasts to its own: the transpose of broadcasting. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < lead || (shape[axis - lead] === 1 && x.shape[axis] !== 1));
  return reshape(sum(x, { axes, keepDims: true }), shape);
}
