import type { Lowering } from '../lowering.ts';
import { blockedPlaneDots, blockedPlaneMeans, isBlocked, toBlocked } from '../onnx/blocked-layout.ts';
import { type ImageShape, imageShape, sizeOf, type TensorType } from '../shape.ts';
import { applyOne, type Op, type Tensor } from '../tensor.ts';

/* Sums over the pixels of every (image, channel) plane. Timings in the comments: 4 x 16 x 256 x 256, 2 cores. */

/**
 * Sum over the pixels of a * b for every plane, [N, C, 1, 1]. The product is never stored: in plain layout row times column,
 * 0.4 ms, as ReduceSumSquare 4.6.
 */
export function lowerPlaneDots(
  writer: Lowering,
  [a, b]: readonly [string, string],
  [n, channels, height, width]: ImageShape,
): string {
  // On a GPU a row times a column would be the work of a single thread.
  if (writer.target.device === 'webgpu') {
    return writer.node('ReduceSum', [writer.node('Mul', [a, b]), writer.ints(2, 3)], { keepdims: 1 });
  }
  if (isBlocked(writer, a) || isBlocked(writer, b)) {
    return blockedPlaneDots(writer, [toBlocked(writer, a), toBlocked(writer, b)], [n, channels, height, width]);
  }
  const planes = writer.ints(n * channels, 1, height * width);
  const rows = [a, b].map((name) => writer.node('Reshape', [name, planes]));
  const dots = writer.node('FusedMatMul', rows, { transB: 1 }, { domain: 'com.microsoft' });
  return writer.node('Reshape', [dots, writer.ints(n, channels, 1, 1)]);
}

/** Mean of every plane, [N, C, 1, 1]. */
export function lowerPlaneMeans(writer: Lowering, x: string): string {
  if (isBlocked(writer, x)) return blockedPlaneMeans(writer, toBlocked(writer, x));
  // WebAssembly pools five times as fast as it reduces.
  if (writer.target.device === 'wasm') return writer.node('GlobalAveragePool', [x]);
  return writer.node('ReduceMean', [x, writer.ints(2, 3)], { keepdims: 1 });
}

function numberPerPlane(x: TensorType, operator: string): TensorType {
  const [n, channels] = imageShape(x, operator);
  return { shape: [n, channels, 1, 1], dtype: 'float32' };
}

const planeDotsOp: Op<null, [a: Tensor, b: Tensor]> = {
  name: 'planeDots',
  infer: ([a]) => [numberPerPlane(a, 'planeDots')],
  lower: (writer, names, { inputs: [a] }) => [lowerPlaneDots(writer, names, imageShape(a, 'planeDots'))],
};

/** Sum over the pixels of a * b for every plane: [N, C, H, W] twice -> [N, C, 1, 1]. Constant for differentiation. */
export function planeDots(a: Tensor, b: Tensor): Tensor {
  return applyOne(planeDotsOp, [a, b], null);
}

const planeSumsOp: Op<null, [x: Tensor]> = {
  name: 'planeSums',
  infer: ([x]) => [numberPerPlane(x, 'planeSums')],
  lower: (writer, [x], { inputs }) => {
    const pixels = writer.scalar(sizeOf(inputs[0].shape.slice(2)));
    return [writer.node('Mul', [lowerPlaneMeans(writer, x), pixels])];
  },
};

/** Sum over the pixels of every plane: [N, C, H, W] -> [N, C, 1, 1]. Constant for differentiation. */
export function planeSums(x: Tensor): Tensor {
  return applyOne(planeSumsOp, [x], null);
}
