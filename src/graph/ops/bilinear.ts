import type { Lowering } from '../lowering.ts';
import { fromBlocked, isBlocked, NCHWC, toBlocked } from '../onnx/blocked-layout.ts';
import { extent, type ImageShape, imageShape } from '../shape.ts';
import { applyOne, type Op, type Tensor } from '../tensor.ts';
import { type LoweredMatmul, lowerMatmul } from './matmul.ts';

/** How pixels lie on those of the other size. */
export interface BilinearOptions {
  /** Map corner pixels onto corner pixels (PyTorch's `align_corners`); otherwise pixel areas onto each other. Default false. */
  readonly alignCorners?: boolean;
}

interface BilinearAttributes extends Required<BilinearOptions> {
  /** [height, width] of the result. */
  readonly size: readonly [number, number];
}

const bilinearOp: Op<BilinearAttributes, [x: Tensor]> = {
  name: 'resizeBilinear',
  infer: ([x], { size }) => {
    const [n, channels] = imageShape(x, 'resizeBilinear');
    return [{ shape: [n, channels, ...size], dtype: x.dtype }];
  },
  gradient: ({ inputs: [x], attributes: { alignCorners } }, [dy]) => {
    const [, , height, width] = imageShape(x, 'resizeBilinear');
    return [applyOne(bilinearGradientOp, [dy], { size: [height, width], alignCorners })];
  },
  lower: (writer, [x], { inputs: [image], attributes: { size, alignCorners }, outputs: [y] }) => {
    const attributes = {
      mode: 'linear',
      coordinate_transformation_mode: alignCorners ? 'align_corners' : 'half_pixel',
    };
    const factors = size.map((length, i) => length / extent(image.shape, i + 2));
    const isWhole = factors.every(Number.isInteger);
    if (isWhole && isBlocked(writer, x)) {
      const scales = [1, 1, ...factors];
      const blocked = writer.node('Upsample', [toBlocked(writer, x)], { ...attributes, scales }, NCHWC);
      return [fromBlocked(writer, blocked, extent(image.shape, 1))];
    }
    // Whole factors say nothing about the number of images, and ONNX Runtime enlarges blocked channels only by such.
    const target = isWhole ? [writer.constant(Float32Array.of(1, 1, ...factors), [4])] : ['', writer.ints(...y.shape)];
    return [writer.node('Resize', [x, '', ...target], attributes)];
  },
};

/** Bilinear interpolation of [N, C, H, W] to [N, C, ...size]. */
export function resizeBilinear(x: Tensor, size: readonly [number, number], options: BilinearOptions = {}): Tensor {
  return applyOne(bilinearOp, [x], { size, alignCorners: options.alignCorners ?? false });
}

/** dy -> dx; `size` is that of dx. */
const bilinearGradientOp: Op<BilinearAttributes, [dy: Tensor]> = {
  name: 'resizeBilinearGradient',
  infer: ([dy], { size }) => [{ shape: [...dy.shape.slice(0, 2), ...size], dtype: 'float32' }],
  lower: (writer, [dy], { inputs: [gradient], attributes: { size, alignCorners } }) => {
    const [n, channels, height, width] = imageShape(gradient, 'resizeBilinear');
    const [toHeight, toWidth] = size;
    const isDoubling = height === 2 * toHeight && width === 2 * toWidth && toHeight > 1 && toWidth > 1;
    if (alignCorners && isDoubling && isBlocked(writer, dy)) {
      const narrow = doublingGradient(writer, toBlocked(writer, dy), [n, channels, height, width], 3);
      const dx = doublingGradient(writer, narrow, [n, channels, height, toWidth], 2);
      return [fromBlocked(writer, dx, channels)];
    }
    // Interpolation is linear: y = R x C' with constant matrices, so dx = R' dy C.
    const weights = (from: number, to: number) =>
      writer.constant(interpolationMatrix(from, to, alignCorners), [1, 1, to, from]);
    const [rows, columns] = [weights(toHeight, height), weights(toWidth, width)];
    const narrow = lowerMatmul(writer, [dy, columns], { shapes: [gradient.shape, [1, 1, width, toWidth]] });
    const options: LoweredMatmul = {
      transposeA: true,
      shapes: [
        [1, 1, height, toHeight],
        [n, channels, height, toWidth],
      ],
    };
    return [lowerMatmul(writer, [rows, narrow], options)];
  },
};

/**
 * Gradient of doubling one axis of a blocked image with corners aligned. Pixel j of n has a share in pixels 2j - 1 to 2j + 2,
 * and the shares are linear in j: (n - j, 2n - 1 - j, n + j, 1 + j) / (2n - 1). So dx is one depthwise convolution of stride 2,
 * plus j times another: 2.6 ms for both axes of 4 x 16 x 256 x 256, where the product with the matrices takes 9.6.
 */
function doublingGradient(writer: Lowering, dy: string, shape: ImageShape, axis: 2 | 3): string {
  const block = writer.target.nchwcBlock as number;
  const [n, channels] = shape;
  const pixels = shape[axis] / 2;
  const along = <T>(value: T, other: T): T[] => (axis === 2 ? [value, other] : [other, value]);
  const attributes = {
    kernel_shape: along(4, 1),
    strides: along(2, 1),
    pads: [...along(1, 0), ...along(1, 0)],
    group: channels,
  };
  const kernel = (shares: readonly number[]) => {
    // Blocked: [C / B, kh, kw, B].
    const values = Float32Array.from({ length: channels * 4 }, (_, i) => {
      return (shares[Math.floor(i / block) % 4] as number) / (2 * pixels - 1);
    });
    return writer.constant(values, [channels, 1, ...along(4, 1)]);
  };
  const slope = writer.node('Conv', [dy, kernel([-1, -1, 1, 1])], attributes, NCHWC);
  const half = shape.with(axis, pixels);
  const perPosition = axis === 2 ? 1 : block;
  const positions = Float32Array.from({ length: pixels * perPosition }, (_, i) => Math.floor(i / perPosition));
  const rows = writer.node('Reshape', [
    slope,
    writer.ints((n * channels) / block, half[2] as number, (half[3] as number) * block),
  ]);
  const scaled = writer.node('Mul', [rows, writer.constant(positions, axis === 2 ? [pixels, 1] : [pixels * block])]);
  const addend = writer.node('Reshape', [scaled, writer.ints(...half)]);
  const level = kernel([pixels, 2 * pixels - 1, pixels, 1]);
  return writer.node('Conv', [dy, level, '', addend], attributes, NCHWC);
}

/** [to, from] weights of one-dimensional linear interpolation with the border repeated. */
function interpolationMatrix(from: number, to: number, alignCorners: boolean): Float32Array {
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const exact = alignCorners ? (i * (from - 1)) / Math.max(1, to - 1) : ((i + 0.5) * from) / to - 0.5;
    const position = Math.min(Math.max(exact, 0), from - 1);
    const left = Math.floor(position);
    const right = Math.min(left + 1, from - 1);
    matrix[i * from + left] = (matrix[i * from + left] as number) + 1 - (position - left);
    matrix[i * from + right] = (matrix[i * from + right] as number) + position - left;
  }
  return matrix;
}
