import { constant } from '../leaf.ts';
import { axisIndex, extent, sameShape, shapeError, show, sizeOf } from '../shape.ts';
import { apply, applyOne, type Op, type Tensor } from '../tensor.ts';

const transposeOp: Op<{ order: readonly number[] }, [x: Tensor]> = {
  name: 'transpose',
  infer: ([x], { order }) => {
    if (order.length !== x.shape.length || new Set(order).size !== order.length) {
      throw shapeError('transpose', `${show(order)} is not an order of the axes of ${show(x.shape)}`);
    }
    return [{ shape: order.map((axis) => extent(x.shape, axis)), dtype: x.dtype }];
  },
  gradient: ({ attributes: { order } }, [dy]) => [
    transpose(
      dy,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ],
  lower: (writer, inputs, { attributes }) => [writer.node('Transpose', inputs, { perm: attributes.order })],
};

/** Axis i of the result is axis order[i] of `x`. */
export function transpose(x: Tensor, order: readonly number[]): Tensor {
  const axes = order.map((axis) => axisIndex(x.shape, axis));
  return order.length === x.shape.length && axes.every((axis, i) => axis === i)
    ? x
    : applyOne(transposeOp, [x], { order: axes });
}

export const concatOp: Op<{ axis: number }, [first: Tensor, ...others: Tensor[]]> = {
  name: 'concat',
  infer: (inputs, { axis }) => {
    const [first] = inputs;
    for (const { shape, dtype } of inputs) {
      const isAlike = shape.length === first.shape.length && sameShape(shape.with(axis, 0), first.shape.with(axis, 0));
      if (dtype !== first.dtype || !isAlike) {
        throw shapeError('concat', `${show(first.shape)} and ${show(shape)} differ beside axis ${axis}`);
      }
    }
    const total = inputs.reduce((length, { shape }) => length + extent(shape, axis), 0);
    return [{ shape: first.shape.with(axis, total), dtype: first.dtype }];
  },
  gradient: ({ inputs, attributes: { axis } }, [dy]) => {
    let end = 0;
    const next = ({ shape }: Tensor) => {
      const start = end;
      end += extent(shape, axis);
      return slice(dy, { axis, start, end });
    };
    const [first, ...others] = inputs;
    return [next(first), ...others.map(next)];
  },
  lower: (writer, inputs, { attributes }) => [writer.node('Concat', inputs, { axis: attributes.axis })],
};

/** Joins tensors along an axis. */
export function concat(inputs: readonly Tensor[], axis: number): Tensor {
  const [first, ...others] = inputs;
  if (first === undefined) throw shapeError('concat', 'there is nothing to join');
  return others.length === 0 ? first : applyOne(concatOp, [first, ...others], { axis: axisIndex(first.shape, axis) });
}

/** A part of one axis. */
export interface SliceRange {
  readonly axis: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

const sliceOp: Op<SliceRange, [x: Tensor]> = {
  name: 'slice',
  light: true,
  infer: ([x], { axis, start, end }) => {
    if (start < 0 || end > extent(x.shape, axis) || start >= end) {
      throw shapeError('slice', `[${start}, ${end}) is not a part of axis ${axis} of ${show(x.shape)}`);
    }
    return [{ shape: x.shape.with(axis, end - start), dtype: x.dtype }];
  },
  gradient: ({ inputs: [{ shape }], attributes: { axis, start, end } }, [dy]) => {
    const before = shape.map((_, i) => (i === axis ? start : 0));
    const after = shape.map((_, i) => (i === axis ? extent(shape, axis) - end : 0));
    return [pad(dy, before, after)];
  },
  lower: (writer, [x], { attributes: { axis, start, end } }) => {
    const range = [start, end, axis].map((value) => writer.ints(value));
    return [writer.node('Slice', [x, ...range])];
  },
};

/** The part [start, end) of one axis. */
export function slice(x: Tensor, range: SliceRange): Tensor {
  const whole = range.start === 0 && range.end === extent(x.shape, range.axis);
  return whole ? x : applyOne(sliceOp, [x], { ...range, axis: axisIndex(x.shape, range.axis) });
}

interface SplitAttributes {
  readonly axis: number;
  readonly sizes: readonly number[];
}

const splitOp: Op<SplitAttributes, [x: Tensor], Tensor[]> = {
  name: 'split',
  light: true,
  infer: ([x], { axis, sizes }) => {
    if (sizes.reduce((total, size) => total + size, 0) !== extent(x.shape, axis)) {
      throw shapeError('split', `parts of ${show(sizes)} do not make up axis ${axis} of ${show(x.shape)}`);
    }
    return sizes.map((size) => ({ shape: x.shape.with(axis, size), dtype: x.dtype }));
  },
  gradient: ({ outputs, attributes: { axis } }, gradients) => [
    concat(
      outputs.map(({ shape }, i) => gradients[i] ?? constant(new Float32Array(sizeOf(shape)), shape)),
      axis,
    ),
  ],
  lower: (writer, [x], { attributes: { axis, sizes } }) => {
    if (writer.target.device !== 'webgpu') {
      return writer.nodes('Split', [x, writer.ints(...sizes)], { axis }, { outputs: sizes.length });
    }
    // A shader writes to few buffers at once, and WebGPU's Split to all.
    let start = 0;
    return sizes.map((size) => {
      const range = [start, start + size, axis].map((value) => writer.ints(value));
      start += size;
      return writer.node('Slice', [x, ...range]);
    });
  },
};

/** Parts of the given extents along an axis, one after the other. */
export function split(x: Tensor, sizes: readonly number[], axis: number): readonly Tensor[] {
  return apply(splitOp, [x], { axis: axisIndex(x.shape, axis), sizes });
}

interface PadAttributes {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

const padOp: Op<PadAttributes, [x: Tensor]> = {
  name: 'pad',
  infer: ([x], { before, after }) => {
    const { shape, dtype } = x;
    return [{ shape: shape.map((size, axis) => size + (before[axis] ?? 0) + (after[axis] ?? 0)), dtype }];
  },
  gradient: ({ inputs: [x], attributes: { before } }, [dy]) => [
    x.shape.reduce((rest, size, axis) => {
      const start = before[axis] ?? 0;
      return slice(rest, { axis, start, end: start + size });
    }, dy),
  ],
  lower: (writer, [x], { attributes: { before, after } }) => [
    writer.node('Pad', [x, writer.ints(...before, ...after)]),
  ],
};

/** Zeros around `x`: `before[i]` in front of axis i, `after[i]` behind it. */
export function pad(x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  return applyOne(padOp, [x], { before, after });
}
