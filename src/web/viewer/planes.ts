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
  /** Whether rows are shown last first: in cuts across slices the head is up, where slices begin at the feet. */
  readonly upwards: boolean;
}

const LAYOUTS: Readonly<Record<Axis, Pick<PlaneLayout, 'down' | 'right' | 'across'>>> = {
  slice: { across: 0, down: 1, right: 2 },
  row: { across: 1, down: 0, right: 2 },
  column: { across: 2, down: 0, right: 1 },
};

/** @param orientation of the axes i, j, k; its last letter says where slices go, S to the head */
export function planeLayout(axis: Axis, { shape, spacing }: Grid, orientation?: string): PlaneLayout {
  const { across, down, right } = LAYOUTS[axis];
  const upwards = axis !== 'slice' && orientation?.[2] === 'S';
  return {
    ...{ across, down, right, upwards },
    height: shape[down],
    width: shape[right],
    spacing: [spacing[down], spacing[right]],
  };
}

/** The voxel at a row and a column of a plane, which goes through another voxel. */
export function voxelAt(layout: PlaneLayout, row: number, column: number, through: Voxel): Voxel {
  const voxel: [number, number, number] = [...through];
  voxel[layout.down] = layout.upwards ? layout.height - 1 - row : row;
  voxel[layout.right] = column;
  return voxel;
}

/** Row and column of a voxel on a plane. */
export function placeOf(layout: PlaneLayout, voxel: Voxel): readonly [row: number, column: number] {
  const row = voxel[layout.down];
  return [layout.upwards ? layout.height - 1 - row : row, voxel[layout.right]];
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
  const width = grid.shape[2];
  if (layout.across === 0) {
    const slice = sliceOf(at);
    if (slice === undefined) target.fill(missing);
    else target.set(slice);
    return target;
  }
  const [start, step] = layout.across === 1 ? [at * width, 1] : [at, width];
  for (let row = 0; row < layout.height; row++) {
    const slice = sliceOf(layout.upwards ? layout.height - 1 - row : row);
    for (let column = 0; column < layout.width; column++) {
      target[row * layout.width + column] = slice === undefined ? missing : (slice[start + column * step] as number);
    }
  }
  return target;
}

const OPPOSITE: Readonly<Record<string, string>> = { R: 'L', L: 'R', A: 'P', P: 'A', S: 'I', I: 'S' };

/** What lies beyond the edges of a plane: [top, right, bottom, left], one letter each; empty without an orientation. */
export function edgeLetters(layout: PlaneLayout, orientation: string | undefined): readonly string[] {
  if (orientation === undefined) return ['', '', '', ''];
  // Letters are of i, j, k; voxel axes are k, j, i.
  const towards = (axis: 0 | 1 | 2) => orientation[2 - axis] as string;
  const [right, down] = [towards(layout.right), towards(layout.down)];
  const bottom = layout.upwards ? (OPPOSITE[down] as string) : down;
  return [OPPOSITE[bottom] as string, right, bottom, OPPOSITE[right] as string];
}
