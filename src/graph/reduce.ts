import { broadcastTo, reduction } from './broadcast.ts';
import { div, equal, where } from './elementwise.ts';
import { applyOne, extent, type Op, type Tensor } from './tensor.ts';

export const mean = reduction('ReduceMean', (dy, x, _, count) => broadcastTo(div(dy, count), x.shape));
/** Largest value along the axes; the gradient goes to every place that attains it. */
export const max = reduction('ReduceMax', (dy, x, y) => where(equal(x, y), dy, 0));
/** Smallest value along the axes; the gradient goes to every place that attains it. */
export const min = reduction('ReduceMin', (dy, x, y) => where(equal(x, y), dy, 0));

const cumulativeSumOp: Op<{ axis: number }> = {
  name: 'cumulativeSum',
  infer: ([x]) => [x as Tensor],
  lower: (writer, [x], { attributes }) => [writer.node('CumSum', [x as string, writer.ints(attributes.axis)])],
};

/** Running sum along an axis; constant for differentiation. */
export function cumulativeSum(x: Tensor, axis: number): Tensor {
  extent(x.shape, axis);
  return applyOne(cumulativeSumOp, [x], { axis });
}
