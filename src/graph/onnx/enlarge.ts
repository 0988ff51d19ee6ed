import type { Lowering } from '../lowering.ts';
import { NCHWC } from './blocked-layout.ts';

/** Every pixel of a plain image becomes factor x factor equal ones. */
export function enlargePlain(writer: Lowering, x: string, factor: number): string {
  return writer.node('Resize', [x, '', writer.constant(Float32Array.of(1, 1, factor, factor), [4])], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
}

/** The same of an image in blocked layout. */
export function enlargeBlocked(writer: Lowering, x: string, factor: number): string {
  return writer.node('Upsample', [x], { scales: [1, 1, factor, factor] }, NCHWC);
}

/** The way back: the sum of every window of factor x factor pixels of a plain image. */
export function windowSumsPlain(writer: Lowering, x: string, factor: number): string {
  return timesPixels(writer, writer.node('AveragePool', [x], windows(factor)), factor);
}

/** The same of an image in blocked layout. */
export function windowSumsBlocked(writer: Lowering, x: string, factor: number): string {
  const means = writer.node('AveragePool', [x], { ...windows(factor), pads: [0, 0, 0, 0] }, NCHWC);
  return timesPixels(writer, means, factor);
}

const windows = (factor: number) => ({ kernel_shape: [factor, factor], strides: [factor, factor] });

function timesPixels(writer: Lowering, means: string, factor: number): string {
  return writer.node('Mul', [means, writer.scalar(factor * factor)]);
}
