import type { Geometry } from '../imaging/volume.ts';

export type Point = readonly [number, number, number];

/** Volume of the unit directions of a grid below which they lie in a plane. */
const SINGULAR = 1e-6;

/** Millimetres, a thousand kilometres, above which no voxel and no place in a world is meant: such numbers are of damaged headers. */
const LARGEST = 1e9;

/** Whether a number of millimetres can be the place of something in a world; false of what is no number. */
export const isPlace = (millimetres: number): boolean => Math.abs(millimetres) <= LARGEST;

/** Whether a number of millimetres can be the size of a voxel. */
export const isStep = (millimetres: number): boolean => millimetres > 0 && millimetres <= LARGEST;

/** Signs that turn coordinates of a world into those of NIfTI (RAS+). */
export const TO_RAS = { RAS: [1, 1, 1], LPS: [-1, -1, 1], LAS: [-1, 1, 1] } as const;

/**
 * Spacing and affine of a grid.
 *
 * @param steps from voxel to voxel along i, j and k, in millimetres of a world
 * @param signs that turn the world into RAS+
 * @returns undefined when the steps do not span space, or no body is so large or so far away
 */
export function geometryOfSteps(
  steps: readonly [Point, Point, Point],
  origin: Point,
  signs: readonly [1 | -1, 1 | -1, 1 | -1],
): Geometry | undefined {
  const lengths = steps.map((step) => Math.hypot(...step)) as unknown as Point;
  if (!lengths.every(isStep) || !origin.every(isPlace)) return undefined;
  const [a, b, c] = steps.map((step, i) => step.map((value) => value / (lengths[i] as number))) as unknown as [
    Point,
    Point,
    Point,
  ];
  const volume =
    a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
  if (!(Math.abs(volume) > SINGULAR)) return undefined;
  // The sum turns -0 into 0.
  const rows = signs.flatMap((sign, axis) => [...steps, origin].map((vector) => sign * (vector[axis] as number) + 0));
  return { spacing: [lengths[2], lengths[1], lengths[0]], unit: 'mm', affine: [...rows, 0, 0, 0, 1] };
}

/** The steps and the origin of a grid in the world of DICOM and ITK (LPS+), for a geometry that has an affine in millimetres. */
export function lpsSteps(affine: readonly number[]): { steps: readonly [Point, Point, Point]; origin: Point } {
  const column = (k: number): Point => [
    -(affine[k] as number) + 0,
    -(affine[4 + k] as number) + 0,
    affine[8 + k] as number,
  ];
  return { steps: [column(0), column(1), column(2)], origin: column(3) };
}
