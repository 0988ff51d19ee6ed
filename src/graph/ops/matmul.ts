import type { Lowering } from '../lowering.ts';
import { type Shape, shapeError, show } from '../shape.ts';
import { applyOne, type Op, type Tensor } from '../tensor.ts';
import { sumTo } from './broadcast.ts';
import { broadcastShapes } from './elementwise.ts';

/** Of a matrix product; none of them is needed. */
export interface MatmulOptions {
  /** Use the first operand with its last two axes swapped. */
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

type MatmulAttributes = Required<MatmulOptions>;

/** [rows, columns] of a matrix operand as it is used. */
function matrixShape(shape: Shape, transposed: boolean): [number, number] {
  if (shape.length < 2) throw shapeError('matmul', `expected at least 2 axes, got ${show(shape)}`);
  const [rows, columns] = shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}

const matmulOp: Op<MatmulAttributes, [a: Tensor, b: Tensor]> = {
  name: 'matmul',
  infer: ([a, b], { transposeA, transposeB }) => {
    const [rows, inner] = matrixShape(a.shape, transposeA);
    const [innerB, columns] = matrixShape(b.shape, transposeB);
    if (inner !== innerB) throw shapeError('matmul', `${show(a.shape)} and ${show(b.shape)} do not multiply`);
    const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2), 'matmul');
    return [{ shape: [...batch, rows, columns], dtype: a.dtype }];
  },
  gradient: ({ inputs: [a, b], attributes: { transposeA, transposeB } }, [dy]) => {
    // y = A B with A, B as used: dA = dy B', dB = A' dy, each written so that it comes out in the stored orientation.
    const da = transposeA
      ? matmul(b, dy, { transposeA: transposeB, transposeB: true })
      : matmul(dy, b, { transposeB: !transposeB });
    const db = transposeB
      ? matmul(dy, a, { transposeA: true, transposeB: transposeA })
      : matmul(a, dy, { transposeA: !transposeA });
    return [sumTo(da, a.shape), sumTo(db, b.shape)];
  },
  lower: (writer, names, { inputs: [a, b], attributes }) => [
    lowerMatmul(writer, names, { ...attributes, shapes: [a.shape, b.shape] }),
  ],
};

/** Matrix product of the last two axes; leading axes broadcast. */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  return applyOne(matmulOp, [a, b], {
    transposeA: options.transposeA ?? false,
    transposeB: options.transposeB ?? false,
  });
}

export interface LoweredMatmul extends MatmulOptions {
  /** Of both operands, as they are stored. */
  readonly shapes: readonly [Shape, Shape];
}

/**
 * ONNX nodes of a matrix product. ONNX Runtime's own FusedMatMul reads a transposed operand without copying it; it takes
 * operands of one rank, and WebGPU has no kernel for it.
 */
export function lowerMatmul(writer: Lowering, [a, b]: readonly [string, string], options: LoweredMatmul): string {
  const { transposeA = false, transposeB = false, shapes } = options;
  const [shapeA, shapeB] = shapes;
  const isFused = (transposeA || transposeB) && shapeA.length === shapeB.length && writer.target.device !== 'webgpu';
  if (isFused) {
    const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
    return writer.node('FusedMatMul', [a, b], attributes, { domain: 'com.microsoft' });
  }
  const left = transposeA ? swapped(writer, a, shapeA) : a;
  return writer.node('MatMul', [left, transposeB ? swapped(writer, b, shapeB) : b]);
}

/** A value with its last two axes swapped. */
function swapped(writer: Lowering, x: string, shape: Shape): string {
  const [batch, [rows, columns]] = [shape.slice(0, -2), shape.slice(-2) as [number, number]];
  if (rows === 1 || columns === 1) return writer.node('Reshape', [x, writer.ints(...batch, columns, rows)]);
  return writer.node('Transpose', [x], { perm: [...batch.keys(), batch.length + 1, batch.length] });
}
