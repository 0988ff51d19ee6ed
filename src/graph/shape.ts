import { PatchclError } from '../core/errors.ts';

/** Types of numbers. */
export type DType = 'float32' | 'int32' | 'int64' | 'bool' | 'uint8' | 'int8';
/** Extents of the axes, the slowest first; [] for a single number. */
export type Shape = readonly number[];

/** Shape of images, or of a convolution's weight: [Co, Ci, kh, kw]. */
export type ImageShape = readonly [n: number, channels: number, height: number, width: number];

export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** Extent of an axis; negative axes count from the end. */
export function extent(shape: Shape, axis: number): number {
  const value = shape[axis < 0 ? axis + shape.length : axis];
  if (value === undefined) throw shapeError('axis', `axis ${axis} of a tensor of shape ${show(shape)}`);
  return value;
}

/** [N, C, H, W] of an image tensor. @throws PatchclError `shape` when it has another rank. */
export function imageShape(type: TensorType, operator: string): ImageShape {
  if (type.shape.length !== 4) throw shapeError(operator, `expected [N, C, H, W], got ${show(type.shape)}`);
  return type.shape as unknown as ImageShape;
}

/** An axis counted from the front, where negative ones count from the end. @throws PatchclError `shape` */
export function axisIndex(shape: Shape, axis: number): number {
  extent(shape, axis);
  return axis < 0 ? axis + shape.length : axis;
}

export function show(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

export function shapeError(operator: string, problem: string): PatchclError {
  return new PatchclError('shape', problem, { subject: operator });
}
