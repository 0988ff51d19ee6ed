import type { Lowering } from '../lowering.ts';
import { blockedPlaneDots, blockedPlaneMeans, isBlocked, toBlocked } from '../onnx/blocked-layout.ts';
import { imageShape, type Shape, sizeOf } from '../shape.ts';
import { applyOne, type Op, type Tensor } from '../tensor.ts';

/* Sums over the pixels of every (image, channel) plane. Timings in the comments: 4 x 16 x 256 x 256, 2 cores. */

/**
 * Sum over the pixels of a * b for every plane, [N, C, 1, 1]. The product is never stored: in plain layout row times column,
 * 0.4 ms, as ReduceSumSquare 4.6.
 */
export function lowerPlaneDots(writer: Lowering, a: string, b: string, shape: Shape): string {
  // On a GPU a row times a column would be the work of a single thread.
  if (writer.target.device === 'webgpu') {
    return writer.node('ReduceSum', [writer.node('Mul', [a, b]), writer.ints(2, 3)], { keepdims: 1 });
  }
  if (isBlocked(writer, a) || isBlocked(writer, b)) {
    return blockedPlaneDots(writer, [toBlocked(writer, a), toBlocked(writer, b)], shape);
  }
  const [n, channels, height, width] = shape;
  const planes = writer.ints((n as number) * (channels as number), 1, (height as number) * (width as number));
  const rows = [a, b].map((name) => writer.node('Reshape', [name, planes]));
  const dots = writer.node('FusedMatMul', rows, { transB: 1 }, { domain: 'com.microsoft' });
  return writer.node('Reshape', [dots, writer.ints(n as number, channels as number, 1, 1)]);
}

/** Mean of every plane, [N, C, 1, 1]. */
export function lowerPlaneMeans(writer: Lowering, x: string): string {
  if (isBlocked(writer, x)) return blockedPlaneMeans(writer, toBlocked(writer, x));
  // WebAssembly pools five times as fast as it reduces.
  if (writer.target.device === 'wasm') return writer.node('GlobalAveragePool', [x]);
  return writer.node('ReduceMean', [x, writer.ints(2, 3)], { keepdims: 1 });
}

const planeDotsOp: Op<null> = {
  name: 'planeDots',
  infer: ([a]) => {
    const [n, channels] = imageShape(a as Tensor, 'planeDots');
    return [{ shape: [n, channels, 1, 1], dtype: 'float32' }];
  },
  lower: (writer, [a, b], { inputs }) => [
    lowerPlaneDots(writer, a as string, b as string, (inputs[0] as Tensor).shape),
  ],
};

/** Sum over the pixels of a * b for every plane: [N, C, H, W] twice -> [N, C, 1, 1]. Constant for differentiation. */
export function planeDots(a: Tensor, b: Tensor): Tensor {
  return applyOne(planeDotsOp, [a, b], null);
}

const planeSumsOp: Op<null> = {
  name: 'planeSums',
  infer: planeDotsOp.infer,
  lower: (writer, [x], { inputs }) => {
    const pixels = writer.scalar(sizeOf((inputs[0] as Tensor).shape.slice(2)));
    return [writer.node('Mul', [lowerPlaneMeans(writer, x as string), pixels])];
  },
};

/** Sum over the pixels of every plane: [N, C, H, W] -> [N, C, 1, 1]. Constant for differentiation. */
export function planeSums(x: Tensor): Tensor {
  return applyOne(planeSumsOp, [x], null);
}
