import { constant } from '../leaf.ts';
import { fromBlocked, isBlocked, toBlocked } from '../onnx/blocked-layout.ts';
import { enlargeBlocked, enlargePlain, windowSumsBlocked, windowSumsPlain } from '../onnx/enlarge.ts';
import { extent, imageShape, type Shape, shapeError, show } from '../shape.ts';
import { applyOne, type Op, type Tensor } from '../tensor.ts';
import { reshape } from './broadcast.ts';
import { matmul } from './matmul.ts';
import { transpose } from './rearrange.ts';

interface NearestAttributes {
  readonly factor: number;
}

const nearestOp: Op<NearestAttributes, [x: Tensor]> = {
  name: 'upsampleNearest',
  light: true,
  infer: ([x], { factor }) => {
    const [n, channels, height, width] = imageShape(x, 'upsampleNearest');
    return [{ shape: [n, channels, height * factor, width * factor], dtype: x.dtype }];
  },
  gradient: ({ attributes }, [dy]) => [applyOne(nearestGradientOp, [dy], attributes)],
  lower: (writer, [x], { inputs: [image], attributes: { factor } }) => {
    if (!isBlocked(writer, x)) return [enlargePlain(writer, x, factor)];
    const y = enlargeBlocked(writer, toBlocked(writer, x), factor);
    return [fromBlocked(writer, y, extent(image.shape, 1))];
  },
};

/** dy -> dx: the sum over the pixels that each one was copied to. */
const nearestGradientOp: Op<NearestAttributes, [dy: Tensor]> = {
  name: 'upsampleNearestGradient',
  infer: ([dy], { factor }) => {
    const [n, channels, height, width] = imageShape(dy, 'upsampleNearest');
    return [{ shape: [n, channels, height / factor, width / factor], dtype: 'float32' }];
  },
  lower: (writer, [dy], { inputs: [image], attributes: { factor } }) => {
    if (!isBlocked(writer, dy)) return [windowSumsPlain(writer, dy, factor)];
    const sums = windowSumsBlocked(writer, toBlocked(writer, dy), factor);
    return [fromBlocked(writer, sums, extent(image.shape, 1))];
  },
};

/** Every pixel becomes factor x factor equal ones: [N, C, H, W] -> [N, C, H factor, W factor]. */
export function upsampleNearest(x: Tensor, factor = 2): Tensor {
  return applyOne(nearestOp, [x], { factor });
}

/** Moves each block of factor x factor pixels into channels: [N, C, H, W] -> [N, C factor², H / factor, W / factor]. */
export function spaceToDepth(x: Tensor, factor = 2): Tensor {
  const [n, channels, height, width] = imageShape(x, 'spaceToDepth');
  if (height % factor !== 0 || width % factor !== 0) {
    throw shapeError('spaceToDepth', `${show(x.shape)} is not divisible by ${factor}`);
  }
  const sorted = matmul(x, rowOrder(width, factor), { transposeB: true });
  const blocks: Shape = [n, channels, height / factor, factor, factor, width / factor];
  const moved = transpose(reshape(sorted, blocks), [0, 1, 3, 4, 2, 5]);
  return reshape(moved, [n, channels * factor * factor, height / factor, width / factor]);
}

/** The inverse of {@link spaceToDepth}: [N, C factor², H, W] -> [N, C, H factor, W factor]. */
export function depthToSpace(x: Tensor, factor = 2): Tensor {
  const [n, depth, height, width] = imageShape(x, 'depthToSpace');
  const channels = depth / (factor * factor);
  if (!Number.isInteger(channels)) {
    throw shapeError('depthToSpace', `${depth} channels are not divisible by ${factor} x ${factor}`);
  }
  const moved = transpose(reshape(x, [n, channels, factor, factor, height, width]), [0, 1, 4, 2, 3, 5]);
  const rows = reshape(moved, [n, channels, height * factor, width * factor]);
  return matmul(rows, rowOrder(width * factor, factor));
}

/**
 * Permutation of a row of `width` pixels that brings those of equal place in their block side by side. Multiplying by it is
 * exact, and faster than a transposition that moves single numbers: 1.4 ms against 3.9 for 24 x 4 x 96 x 96.
 *
 * @returns [width, width], row i has its 1 where pixel i of the sorted row comes from
 */
function rowOrder(width: number, factor: number): Tensor {
  const order = new Float32Array(width * width);
  const perPlace = width / factor;
  for (let i = 0; i < width; i++) order[i * width + (i % perPlace) * factor + Math.floor(i / perPlace)] = 1;
  return constant(order, [width, width]);
}
