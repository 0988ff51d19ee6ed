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

/**
 * How a cut is shown, as radiologists are used to see it.
 *
 * @param orientation of the axes i, j, k; without one, planes are shown as they are stored
 */
export function planeLayout(axis: Axis, { shape, spacing }: Grid, orientation?: string): PlaneLayout {
  const { across, down, right } = LAYOUTS[axis];
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
  const { height, width, across, upwards, mirrored } = layout;
  const line = grid.shape[2];
  // Within a slice: where a row of the plane begins, and how far apart its neighbours lie.
  const columnStep = (across === 2 ? line : 1) * (mirrored ? -1 : 1);
  const lastColumn = mirrored ? (width - 1) * Math.abs(columnStep) : 0;
  for (let row = 0; row < height; row++) {
    const stored = upwards ? height - 1 - row : row;
    const slice = sliceOf(across === 0 ? at : stored);
    const start = lastColumn + (across === 0 ? stored * line : across === 1 ? at * line : at);
    for (let column = 0; column < width; column++) {
      target[row * width + column] = slice === undefined ? missing : (slice[start + column * columnStep] as number);
    }
  }
  return target;
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
