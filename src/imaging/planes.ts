import { orientationOf } from './orientation.ts';
import type { LabelVolume, Volume } from './volume.ts';

/** Directions across which a scan is cut: across its slices, its rows, its columns. */
export const AXES = ['slice', 'row', 'column'] as const;
export type Axis = (typeof AXES)[number];

/** A voxel: [slice, row, column]. */
export type Voxel = readonly [slice: number, row: number, column: number];

/** Shape and voxel distances along [depth, height, width]. */
export interface Grid {
  readonly shape: Voxel;
  readonly spacing: Voxel;
}

/** A cut as it is shown: its rows go down, its columns to the right. */
export interface PlaneLayout {
  readonly height: number;
  readonly width: number;
  /** Of its pixels, along [rows, columns]. */
  readonly spacing: readonly [number, number];
  /** Which voxel axes run down, to the right, and across the plane. */
  readonly down: 0 | 1 | 2;
  readonly right: 0 | 1 | 2;
  readonly across: 0 | 1 | 2;
  /** Whether rows are shown last first: the head, or else the front, is up. */
  readonly upwards: boolean;
  /** Whether columns are shown last first: the left of the patient, or else the back, is at the right. */
  readonly mirrored: boolean;
}

const LAYOUTS: Readonly<Record<Axis, Pick<PlaneLayout, 'down' | 'right' | 'across'>>> = {
  slice: { across: 0, down: 1, right: 2 },
  row: { across: 1, down: 0, right: 2 },
  column: { across: 2, down: 0, right: 1 },
};

/** Which way is down where two lines are shown: the first of these that one of them runs along. */
const UPRIGHT = ['SI', 'AP', 'RL'];

/**
 * How a cut is shown, as radiologists are used to see it: the head up, or else the front; the patient's left at the right, or
 * else the back.
 *
 * @param orientation of the axes i, j, k; without one, planes are shown as they are stored
 */
export function planeLayout(axis: Axis, { shape, spacing }: Grid, orientation?: string): PlaneLayout {
  const { across, ...stored } = LAYOUTS[axis];
  const rank = (of: 0 | 1 | 2) => UPRIGHT.findIndex((line) => line.includes(orientation?.[2 - of] ?? ' '));
  const isUpright = orientation === undefined || rank(stored.down) < rank(stored.right);
  const [down, right] = isUpright ? [stored.down, stored.right] : [stored.right, stored.down];
  // Letters are of i, j, k; voxel axes are k, j, i.
  const upwards = /[SA]/.test(orientation?.[2 - down] ?? '');
  const mirrored = /[RA]/.test(orientation?.[2 - right] ?? '');
  return {
    ...{ across, down, right, upwards, mirrored },
    height: shape[down],
    width: shape[right],
    spacing: [spacing[down], spacing[right]],
  };
}

/** The voxel at a row and a column of a plane, which goes through another voxel. */
export function voxelAt(layout: PlaneLayout, row: number, column: number, through: Voxel): Voxel {
  const voxel: [number, number, number] = [...through];
  voxel[layout.down] = layout.upwards ? layout.height - 1 - row : row;
  voxel[layout.right] = layout.mirrored ? layout.width - 1 - column : column;
  return voxel;
}

/** Row and column of a voxel on a plane. */
export function placeOf(layout: PlaneLayout, voxel: Voxel): readonly [row: number, column: number] {
  const [row, column] = [voxel[layout.down], voxel[layout.right]];
  return [layout.upwards ? layout.height - 1 - row : row, layout.mirrored ? layout.width - 1 - column : column];
}

/**
 * Copies one plane out of slices of a volume; slices that are not there leave `missing`.
 *
 * @param sliceOf [height, width] of a slice
 * @param at where the plane lies along the axis it is across
 */
export function cutPlane<T extends Float32Array | Uint8Array>(
  sliceOf: (slice: number) => T | undefined,
  layout: PlaneLayout,
  grid: Grid,
  at: number,
  target: T,
  missing: number,
): T {
  const { height, width, down, right, across, upwards, mirrored } = layout;
  // Within a slice: how far apart neighbours lie along each axis.
  const strides = [0, grid.shape[2], 1] as const;
  const start = at * strides[across];
  const rowOf = (row: number) => (upwards ? height - 1 - row : row);
  const columnOf = (column: number) => (mirrored ? width - 1 - column : column);
  if (right === 0) {
    for (let column = 0; column < width; column++) {
      const slice = sliceOf(columnOf(column));
      for (let row = 0; row < height; row++) {
        const value = slice === undefined ? missing : slice[start + rowOf(row) * strides[down]];
        target[row * width + column] = value as number;
      }
    }
    return target;
  }
  for (let row = 0; row < height; row++) {
    const slice = sliceOf(across === 0 ? at : rowOf(row));
    const line = start + rowOf(row) * strides[down];
    const step = (mirrored ? -1 : 1) * strides[right];
    let from = line + columnOf(0) * strides[right];
    for (let column = 0; column < width; column++, from += step) {
      target[row * width + column] = slice === undefined ? missing : (slice[from] as number);
    }
  }
  return target;
}

/**
 * Writes the pixels of a plane that have changed back into the slices it was cut from; slices that are not there are passed over.
 *
 * @param plane [height, width] of the layout
 * @param before the plane as it was cut
 * @param at where the plane lies along the axis it is across
 */
export function pastePlane<T extends Float32Array | Uint8Array>(
  plane: T,
  before: T,
  sliceOf: (slice: number) => T | undefined,
  layout: PlaneLayout,
  grid: Grid,
  at: number,
): void {
  for (let i = 0; i < plane.length; i++) {
    if (plane[i] === before[i]) continue;
    const through: [number, number, number] = [0, 0, 0];
    through[layout.across] = at;
    const [slice, row, column] = voxelAt(layout, Math.floor(i / layout.width), i % layout.width, through);
    const target = sliceOf(slice);
    if (target !== undefined) target[row * grid.shape[2] + column] = plane[i] as number;
  }
}

/** How the slices of a volume are shown, by what its own file says of how it lies; as stored where it says nothing. */
export function sliceLayout({ shape, geometry: { spacing, affine } }: Volume | LabelVolume): PlaneLayout & SliceSides {
  const orientation = affine && orientationOf(affine);
  const layout = planeLayout('slice', { shape: shape.slice(-3) as unknown as Voxel, spacing }, orientation);
  return { ...layout, letters: edgeLetters(layout, orientation) };
}

/** What lies beyond the edges of a slice as it is shown. */
export interface SliceSides {
  /** [top, right, bottom, left], empty where the file does not say. */
  readonly letters: readonly string[];
}

/** Slices as they are stored, one behind the other, turned to how they are shown; themselves where nothing is to be turned. */
export function asShown<T extends Float32Array | Uint8Array>(slices: T, layout: PlaneLayout): T {
  const { height, width, down, upwards, mirrored } = layout;
  if (down === 1 && !upwards && !mirrored) return slices;
  const pixels = height * width;
  const shape = [1, ...(down === 1 ? [height, width] : [width, height])] as unknown as Voxel;
  const turned = new (slices.constructor as new (length: number) => T)(slices.length);
  for (let first = 0; first < slices.length; first += pixels) {
    const slice = slices.subarray(first, first + pixels) as T;
    cutPlane(() => slice, layout, { shape, spacing: [1, 1, 1] }, 0, turned.subarray(first, first + pixels) as T, 0);
  }
  return turned;
}

const OPPOSITE: Readonly<Record<string, string>> = { R: 'L', L: 'R', A: 'P', P: 'A', S: 'I', I: 'S' };

/** What lies beyond the edges of a plane: [top, right, bottom, left], one letter each; empty without an orientation. */
export function edgeLetters(layout: PlaneLayout, orientation: string | undefined): readonly string[] {
  if (orientation === undefined) return ['', '', '', ''];
  const towards = (axis: 0 | 1 | 2) => orientation[2 - axis] as string;
  const turned = (letter: string, isTurned: boolean) => (isTurned ? (OPPOSITE[letter] as string) : letter);
  const right = turned(towards(layout.right), layout.mirrored);
  const bottom = turned(towards(layout.down), layout.upwards);
  return [OPPOSITE[bottom] as string, right, bottom, OPPOSITE[right] as string];
}
