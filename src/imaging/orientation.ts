import { PatchclError } from '../core/errors.ts';
import type { Geometry, LabelVolume, Volume } from './volume.ts';

/**
 * Where the axes of an array point: one letter each for i (width), j (height) and k (depth), the direction in which the
 * index grows: R or L, A or P, S or I. `RAS` are the axes of NIfTI's world itself. The order is i, j, k as in nibabel's
 * `aff2axcodes`, which is the reverse of a `Volume`'s shape.
 */
export type Orientation = string;

/** Rising and falling direction of each world axis, x, y, z. */
const LETTERS = ['RL', 'AP', 'SI'] as const;
const PERMUTATIONS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

/** Assignments of array axes to world axes whose fit differs by less are a tie: the scan lies at 45 degrees. */
const TIE = 1e-4;

/** How the world sees an array axis, or how one array sees an axis of another. */
interface SignedAxis {
  readonly axis: number;
  readonly flipped: boolean;
}

/** Whether a text names three axes, e.g. `LPS`: one letter of R/L, one of A/P, one of S/I, in any order. */
export function isOrientation(text: string): boolean {
  return text.length === 3 && LETTERS.every((pair) => [...text].filter((letter) => pair.includes(letter)).length === 1);
}

/** Whether two letters of orientations are the two directions of one line, or the same. */
export function onOneLine(a: string, b: string): boolean {
  return LETTERS.some((pair) => pair.includes(a) && pair.includes(b));
}

/**
 * The orientation of an affine (see `Geometry`): each array axis is named after the world axis it is closest to, all three
 * together so that their absolute cosines add up to the most. Arrays that differ by a permutation or a flip of their axes
 * are seen alike, also where the scan lies at 45 degrees and two names fit equally well.
 */
export function orientationOf(affine: readonly number[]): Orientation {
  return worldAxes(affine)
    .map(({ axis, flipped }) => (LETTERS[axis] as string)[flipped ? 1 : 0])
    .join('');
}

/**
 * Permutes and flips the axes of a volume so that they have the given orientation: data, shape, spacing and affine together,
 * so that every voxel keeps its value and its place in the world. Nothing is interpolated: an oblique scan stays oblique. A
 * volume without an affine, or one that has this orientation, comes back as it is.
 *
 * @throws PatchclError `bad-usage` when `to` is no orientation.
 * @example
 * const turned = reorient(scan, 'LPS');
 * const labels = restoreOrientation(segment(turned), scan.geometry); // lies on `scan` voxel for voxel
 */
export function reorient<T extends Volume | LabelVolume>(volume: T, to: Orientation): T {
  const turns = turnsTo(volume, to);
  if (turns === undefined) return volume;
  const extents = volume.shape.slice(-3).reverse();
  const shape = turnedShape(extents, turns);
  return {
    data: turnData(volume.data, extents, turns),
    shape: volume.shape.length === 4 ? [volume.shape[0], ...shape] : shape,
    geometry: turnGeometry(volume.geometry, volume.geometry.affine as readonly number[], extents, turns),
  } as unknown as T;
}

/** A scan as another orientation would show it, slice by slice. */
export interface OrientedView {
  /** [channels, depth, height, width] as `reorient` would give it, and so are the slices. */
  readonly shape: Volume['shape'];
  readonly geometry: Geometry;
  /** One slice of one channel, [height, width]; may be a part of the scan itself, so it is not to be written to. */
  slice(channel: number, z: number): Float32Array;
}

/**
 * What `reorient` gives, without a copy of the scan: each slice is gathered when it is asked for.
 *
 * @param to as the scan is stored, if undefined
 * @throws PatchclError `bad-usage` when `to` is no orientation
 */
export function orientedView({ data, shape, geometry }: Volume, to: Orientation | undefined): OrientedView {
  const turns = to === undefined ? undefined : turnsTo({ geometry }, to);
  const [channels, depth, height, width] = shape;
  if (turns === undefined) {
    const pixels = height * width;
    const slice = (channel: number, z: number) => {
      const start = (channel * depth + z) * pixels;
      return data.subarray(start, start + pixels);
    };
    return { shape, geometry, slice };
  }
  const extents = [width, height, depth];
  const [turnedDepth, turnedHeight, turnedWidth] = turnedShape(extents, turns) as [number, number, number];
  const [i, j, k] = walks(extents, turns);
  return {
    shape: [channels, turnedDepth, turnedHeight, turnedWidth],
    geometry: turnGeometry(geometry, geometry.affine as readonly number[], extents, turns),
    slice(channel, z) {
      const plane = new Float32Array(turnedHeight * turnedWidth);
      gather(data, channel * depth * height * width + k.start + z * k.step, [i, j], { into: plane, at: 0 });
      return plane;
    },
  };
}

/** How the axes of a volume turn into an orientation; undefined where nothing is to be done. */
function turnsTo({ geometry: { affine } }: Pick<Volume, 'geometry'>, to: Orientation): SignedAxis[] | undefined {
  if (!isOrientation(to)) {
    const hint = 'Give one letter of R/L, one of A/P and one of S/I, e.g. LPS.';
    throw new PatchclError('bad-usage', `"${to}" is no orientation`, { hint });
  }
  if (affine === undefined) return undefined;
  const own = worldAxes(affine);
  const turns = [...to].map((letter): SignedAxis => {
    const world = LETTERS.findIndex((pair) => pair.includes(letter));
    const axis = own.findIndex((candidate) => candidate.axis === world);
    return { axis, flipped: own[axis]?.flipped !== (LETTERS[world]?.[1] === letter) };
  });
  return turns.every(({ axis, flipped }, i) => axis === i && !flipped) ? undefined : turns;
}

/** [depth, height, width] @param extents along i, j, k */
const turnedShape = (extents: readonly number[], turns: readonly SignedAxis[]) =>
  turns.map(({ axis }) => extents[axis] as number).reverse();

/**
 * The inverse of `reorient`: brings what was made of a turned scan back onto the scan.
 *
 * @param geometry of the scan as it was; it becomes the result's, so nothing of it is lost to rounding
 */
export function restoreOrientation<T extends Volume | LabelVolume>(turned: T, geometry: Geometry): T {
  const restored = geometry.affine === undefined ? turned : reorient(turned, orientationOf(geometry.affine));
  return { ...restored, geometry };
}

/** For each array axis i, j, k: the world axis it runs along, and whether against it. */
function worldAxes(affine: readonly number[]): SignedAxis[] {
  const columns = [0, 1, 2].map((column) => {
    const steps = [0, 1, 2].map((row) => affine[4 * row + column] as number);
    const length = Math.hypot(...steps);
    return steps.map((step) => (length > 0 ? step / length : 0));
  });
  let best: readonly number[] = PERMUTATIONS[0];
  let [fit, lean] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const permutation of PERMUTATIONS) {
    const next = fitOf(columns, permutation);
    if (next.fit < fit - TIE || (next.fit <= fit + TIE && next.lean <= lean)) continue;
    best = permutation;
    ({ fit, lean } = next);
  }
  return best.map((axis, column) => ({ axis, flipped: ((columns[column] as number[])[axis] as number) < 0 }));
}

/**
 * How well array axes fit the world axes they are assigned to. `lean` decides ties, and is the same however the array's axes
 * are ordered or flipped: towards which side of its world axis each array axis leans.
 */
function fitOf(columns: readonly number[][], permutation: readonly number[]): { fit: number; lean: number } {
  let [fit, lean] = [0, 0];
  for (let axis = 0; axis < 3; axis++) {
    const column = columns[permutation.indexOf(axis)] as number[];
    fit += Math.abs(column[axis] as number);
    lean += Math.sign(column[axis] as number) * (column[(axis + 1) % 3] as number);
  }
  return { fit, lean };
}

/** @param extents along i, j, k of the source; channels follow from the length of `data` */
function turnData<T extends Float32Array | Uint8Array>(data: T, extents: readonly number[], turns: SignedAxis[]): T {
  const voxels = extents.reduce((product, extent) => product * extent, 1);
  const [i, j, k] = walks(extents, turns);
  const turned = new (data.constructor as new (length: number) => T)(data.length);
  let at = 0;
  for (let base = 0; base < data.length; base += voxels) {
    for (let z = 0; z < k.extent; z++) at = gather(data, base + k.start + z * k.step, [i, j], { into: turned, at });
  }
  return turned;
}

/** One plane of the target. @param base of the plane in the source. @returns where the next one begins in `into` */
function gather<T extends Float32Array | Uint8Array>(
  data: T,
  base: number,
  [i, j]: readonly [Walk, Walk],
  { into, at }: { readonly into: T; readonly at: number },
): number {
  let target = at;
  for (let y = 0; y < j.extent; y++) {
    let source = base + j.start + y * j.step + i.start;
    for (let x = 0; x < i.extent; x++, source += i.step) into[target++] = data[source] as number;
  }
  return target;
}

/** Where a target axis begins in the source, and how far apart its neighbours lie there. */
interface Walk {
  readonly extent: number;
  readonly step: number;
  readonly start: number;
}

/** For i, j and k of the target. @param extents along i, j, k of the source */
function walks(extents: readonly number[], turns: readonly SignedAxis[]): [Walk, Walk, Walk] {
  const strides = [1, extents[0] as number, (extents[0] as number) * (extents[1] as number)];
  return turns.map(({ axis, flipped }) => {
    const [extent, stride] = [extents[axis] as number, strides[axis] as number];
    return { extent, step: flipped ? -stride : stride, start: flipped ? (extent - 1) * stride : 0 };
  }) as [Walk, Walk, Walk];
}

function turnGeometry(
  { spacing, unit }: Geometry,
  affine: readonly number[],
  extents: readonly number[],
  turns: readonly SignedAxis[],
): Geometry {
  const steps = turns.map(({ axis }) => spacing[2 - axis] as number);
  const rows = [0, 4, 8].flatMap((row) => {
    let origin = affine[row + 3] as number;
    const columns = turns.map(({ axis, flipped }) => {
      const step = affine[row + axis] as number;
      if (!flipped) return step;
      origin += step * ((extents[axis] as number) - 1);
      return 0 - step; // not -0
    });
    return [...columns, origin];
  });
  return { spacing: [steps[2], steps[1], steps[0]] as [number, number, number], unit, affine: [...rows, 0, 0, 0, 1] };
}
