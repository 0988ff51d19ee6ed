import { integers } from '../leaf.ts';
import { extent, shapeError, show, sizeOf } from '../shape.ts';
import { apply, applyOne, type Op, type Tensor } from '../tensor.ts';
import { reshape } from './broadcast.ts';
import { cast, equal } from './elementwise.ts';
import { matmul } from './matmul.ts';

const gatherOp: Op<null, [x: Tensor, indices: Tensor]> = {
  name: 'gatherRows',
  infer: ([x, indices]) => {
    if (indices.dtype !== 'int64') throw shapeError('gatherRows', `indices must be int64, got ${indices.dtype}`);
    return [{ shape: [...indices.shape, ...x.shape.slice(1)], dtype: x.dtype }];
  },
  gradient: ({ inputs: [x, indices] }, [dy]) => {
    // Rows picked twice add up: the transpose of picking is a product with the one-hot matrix.
    const rows = extent(x.shape, 0);
    const picks = sizeOf(indices.shape);
    const selection = oneHot(reshape(indices, [picks]), rows);
    const flat = reshape(dy, [picks, sizeOf(dy.shape) / picks]);
    return [reshape(matmul(selection, flat, { transposeA: true }), x.shape), undefined];
  },
  lower: (writer, inputs) => [writer.node('Gather', inputs, { axis: 0 })],
};

/** x[indices]: rows of the first axis, [rows, ...] by int64 [...picks] -> [...picks, ...]. */
export function gatherRows(x: Tensor, indices: Tensor): Tensor {
  return applyOne(gatherOp, [x, indices], null);
}

const gatherAlongOp: Op<{ axis: number }, [x: Tensor, indices: Tensor]> = {
  name: 'gatherAlong',
  infer: ([x, indices]) => [{ shape: indices.shape, dtype: x.dtype }],
  lower: (writer, inputs, { attributes }) => [writer.node('GatherElements', inputs, { axis: attributes.axis })],
};

/** NumPy's take_along_axis: one value per index, the other axes in step. Constant for differentiation. */
export function gatherAlong(x: Tensor, indices: Tensor, axis: number): Tensor {
  return applyOne(gatherAlongOp, [x, indices], { axis });
}

/**
 * Indicator of class indices, appended as a last axis unless `axis` says where; constant for differentiation.
 *
 * @param indices int32 or int64, [...]
 * @returns float32 with `classes` entries at `axis`; all 0 for an index outside of [0, classes)
 */
export function oneHot(indices: Tensor, classes: number, axis = indices.shape.length): Tensor {
  const wide = reshape(indices, indices.shape.toSpliced(axis, 0, 1));
  const shape = wide.shape.map((_, i) => (i === axis ? classes : 1));
  const range = integers(
    Array.from({ length: classes }, (_, k) => k),
    shape,
  );
  return cast(equal(cast(wide, 'int64'), range), 'float32');
}

interface TopAttributes {
  readonly count: number;
  readonly largest: boolean;
}

const topOp: Op<TopAttributes, [x: Tensor], [values: Tensor, indices: Tensor]> = {
  name: 'top',
  infer: ([{ shape }], { count }) => {
    if (extent(shape, -1) < count) throw shapeError('top', `cannot take ${count} of the last axis of ${show(shape)}`);
    const picked = shape.with(-1, count);
    return [
      { shape: picked, dtype: 'float32' },
      { shape: picked, dtype: 'int64' },
    ];
  },
  lower: (writer, [x], { inputs: [row], attributes: { count, largest } }) => {
    const attributes = { largest: largest ? 1 : 0, sorted: 1 };
    const both = writer.nodes('TopK', [x, writer.ints(count)], attributes, { outputs: 2 });
    const [values, indices] = both as readonly [string, string];
    return [values, writer.indices(indices, extent(row.shape, -1))];
  },
};

/**
 * The `count` largest (or smallest) values of the last axis in order, and where they stand; equal values in order of their
 * place. Constant for differentiation.
 *
 * @returns values float32 and indices int64, both [..., count]
 */
export function top(
  x: Tensor,
  count: number,
  options: { largest?: boolean } = {},
): { values: Tensor; indices: Tensor } {
  const [values, indices] = apply(topOp, [x], { count, largest: options.largest ?? true });
  return { values, indices };
}

const argMaxOp: Op<{ axis: number }, [x: Tensor]> = {
  name: 'argMax',
  infer: ([x], { axis }) => [{ shape: x.shape.toSpliced(axis, 1), dtype: 'int64' }],
  lower: (writer, names, { inputs: [x], attributes: { axis } }) => {
    const indices = writer.node('ArgMax', names, { axis, keepdims: 0 });
    return [writer.indices(indices, extent(x.shape, axis))];
  },
};

/** Index of the largest value along an axis (removed), int64; the first one where several are equal. */
export function argMax(x: Tensor, axis: number): Tensor {
  extent(x.shape, axis);
  return applyOne(argMaxOp, [x], { axis });
}
