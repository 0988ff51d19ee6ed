import { NCHWC } from './blocked.ts';
import type { GraphWriter } from './writer.ts';

/** Every pixel of a plain image becomes factor x factor equal ones. */
export function enlargePlain(writer: GraphWriter, x: string, factor: number): string {
  return writer.node('Resize', [x, '', writer.constant(Float32Array.of(1, 1, factor, factor), [4])], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
}

/** The same of an image in blocked layout. */
export function enlargeBlocked(writer: GraphWriter, x: string, factor: number): string {
  return writer.node('Upsample', [x], { scales: [1, 1, factor, factor] }, NCHWC);
}
