import { type Geometry, PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { cross, dot, type FrameHeader, type Vector } from './header.ts';

/** Where slices lie, and what is not known about it: sentences without the final stop. */
export interface SlicesGeometry {
  readonly geometry: Geometry;
  readonly notes: readonly string[];
}

/**
 * Spacing and affine (in the NIfTI world, RAS+) of `count` slices at equal steps on the line from the first to the last,
 * which leans when the gantry was tilted. Of a slice alone, the thickness it states is the step. Where the size of a voxel is not
 * known along some axis the unit is pixels, and the affine tells directions only.
 */
export function slicesGeometry(first: FrameHeader, last: FrameHeader, count: number): SlicesGeometry {
  const { position: origin, orientation, oddPlace, spacing, step: stated } = first;
  const isPlaced = origin !== undefined && orientation !== undefined;
  const way = isPlaced ? stepOf(first, last, count) : undefined;
  const unknown = unknownSize(first, count, way !== undefined);
  if (spacing === undefined || unknown !== undefined) {
    return {
      geometry: pixelGeometry(orientation, way),
      notes: [oddPlace, unknown].filter((note) => note !== undefined),
    };
  }
  const notes = oddPlace === undefined ? [] : [oddPlace];
  if (first.isDetectorSpacing) {
    notes.push('its pixel spacing is that of the detector (Imager Pixel Spacing), not of the body');
  }
  if (!isPlaced) return { geometry: { spacing: [stated ?? 1, ...spacing], unit: 'mm' }, notes };
  if (way === undefined && stated === undefined) {
    notes.push('how thick its slice is is not stated; volumes are those of a slice of 1 mm');
  }
  const step = way ?? scale(cross(...orientation), stated ?? 1);
  const axes = [scale(orientation[0], spacing[1]), scale(orientation[1], spacing[0]), step, origin];
  return {
    geometry: { spacing: [Math.hypot(...step), ...spacing], unit: 'mm', affine: affineOf(axes) },
    notes,
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

/** Why the size of a voxel is not known, if it is not. */
function unknownSize({ spacing, step }: FrameHeader, count: number, isPlaced: boolean): string | undefined {
  const told = 'so distances are in pixels';
  if (spacing === undefined) {
    return `how large its pixels are is not stated (Pixel Spacing is missing, or is no pair of numbers above 0), ${told}`;
  }
  const isStepKnown = count === 1 || isPlaced || step !== undefined;
  return isStepKnown ? undefined : `how far apart its slices are is not stated, ${told}`;
}

/** Unit steps along the axes, where they are known. */
function pixelGeometry(orientation: FrameHeader['orientation'], way: Vector | undefined): Geometry {
  if (orientation === undefined) return PIXEL_GEOMETRY;
  const normal = cross(...orientation);
  const isBackwards = way !== undefined && dot(way, normal) < 0;
  const axes: Vector[] = [orientation[0], orientation[1], isBackwards ? scale(normal, -1) : normal, [0, 0, 0]];
  return { ...PIXEL_GEOMETRY, affine: affineOf(axes) };
}

/** From DICOM's LPS to RAS; the sum turns -0 into 0. @param axes steps along i, j and k, and the origin */
function affineOf(axes: readonly Vector[]): number[] {
  const rows = [-1, -1, 1].flatMap((sign, axis) => axes.map((vector) => sign * (vector[axis] as number) + 0));
  return [...rows, 0, 0, 0, 1];
}

const scale = (vector: Vector, factor: number): Vector => [vector[0] * factor, vector[1] * factor, vector[2] * factor];
