import { type Geometry, PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { cross, type FrameHeader, type Vector } from './header.ts';

/**
 * Spacing and affine (in the NIfTI world, RAS+) of `count` slices at equal steps on the line from the first to the last,
 * which leans when the gantry was tilted. Of a slice alone, the thickness it states is the step; slices without position
 * have the spacing of their pixels, if they state one.
 */
export function slicesGeometry(first: FrameHeader, last: FrameHeader, count: number): Geometry {
  const { position: origin, orientation, spacing, step: stated = 1 } = first;
  if (origin === undefined || orientation === undefined) {
    return spacing === undefined ? PIXEL_GEOMETRY : { spacing: [stated, ...spacing], unit: 'mm' };
  }
  const step = stepOf(first, last, count) ?? scale(cross(...orientation), stated);
  const [rowSpacing, columnSpacing] = spacing ?? [1, 1];
  const axes = [scale(orientation[0], columnSpacing), scale(orientation[1], rowSpacing), step, origin];
  // From DICOM's LPS to RAS; the sum turns -0 into 0.
  const affine = [-1, -1, 1].flatMap((sign, axis) => axes.map((vector) => sign * (vector[axis] as number) + 0));
  return {
    spacing: [Math.hypot(...step), rowSpacing, columnSpacing],
    unit: 'mm',
    affine: [...affine, 0, 0, 0, 1],
  };
}

/** The way from one slice to the next, in LPS; undefined for a slice alone. */
export function stepOf(
  { position: from }: FrameHeader,
  { position: to }: FrameHeader,
  count: number,
): Vector | undefined {
  if (from === undefined || to === undefined || count < 2) return undefined;
  return [0, 1, 2].map((axis) => ((to[axis] as number) - (from[axis] as number)) / (count - 1)) as unknown as Vector;
}

const scale = (vector: Vector, factor: number): Vector => [vector[0] * factor, vector[1] * factor, vector[2] * factor];
