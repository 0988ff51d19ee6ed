import { cutPlane, type Grid, type PlaneLayout, pastePlane } from '../../imaging/planes.ts';
import { isLabel, type SliceState } from '../../studio/api/index.ts';
import { OPEN, type Plane, REACHED, SHUT } from '../drawing/plane.ts';

/** What is drawn between putting the pointer down and lifting it: one action, whatever number of slices it changes. */
export interface Stroke {
  /** As `brush`, for the history. */
  readonly name: string;
  /** What is drawn on. */
  readonly plane: Plane;
  /** The axis that the plane lies across, and where on it: the cursor stays there until the stroke has ended. */
  readonly across: PlaneLayout['across'];
  readonly at: number;
  /** Whether it may be changing a slice. */
  holds(slice: number): boolean;
  /** Shows what was drawn so far on the slices that it goes through. */
  show(): void;
  /** The slices that it has changed. */
  changed(): readonly number[];
  /** Slices that it has come to and left as they are. */
  readonly left: LeftSlices;
}

/** Slices of a cut that a stroke leaves as they are, and why. */
export interface LeftSlices {
  /** They have no label: the rest of them would become background without anyone having looked at it. */
  readonly unlabelled: readonly number[];
  /** They are still loading. */
  readonly loading: readonly number[];
}

export interface StrokeOptions {
  readonly name: string;
  readonly at: number;
  /** Classes that stay as they are. */
  readonly locked: ReadonlySet<number>;
}

const NOTHING_LEFT: LeftSlices = { unlabelled: [], loading: [] };

/** A stroke on one slice. @param data of the slice, which is drawn on as it is stored */
export function strokeOnSlice(data: Uint8Array, { shape }: Grid, { name, at, locked }: StrokeOptions): Stroke {
  const before = data.slice();
  return {
    ...{ name, at, across: 0, left: NOTHING_LEFT },
    plane: { data, height: shape[1], width: shape[2], locked },
    holds: (slice) => slice === at,
    show: () => undefined,
    changed: () => (data.every((value, i) => value === before[i]) ? [] : [at]),
  };
}

/** The slices of a case that a cut goes through. */
export interface CutSlices {
  readonly grid: Grid;
  readonly states: readonly SliceState[];
  /** Labels of a slice, which the stroke changes; undefined while it is loading. */
  readonly labelsOf: (slice: number) => Uint8Array | undefined;
}

/**
 * A stroke on a cut through all slices. It changes slices that have a label. Of a slice without one, nobody has said what the
 * rest of it is: it stays as it is.
 *
 * @param layout of the cut, which is drawn on as it is shown
 */
export function strokeAcross(slices: CutSlices, layout: PlaneLayout, { name, at, locked }: StrokeOptions): Stroke {
  const { grid, states, labelsOf } = slices;
  const { height, width, across } = layout;
  const isLabelled = (slice: number) => isLabel(states[slice] ?? 'unlabelled');
  // As it is now: a slice that comes meanwhile was not seen when the stroke began.
  const taken = new Set([...states.keys()].filter((slice) => isLabelled(slice) && labelsOf(slice) !== undefined));
  const data = cutPlane(labelsOf, layout, grid, at, new Uint8Array(height * width), 0);
  const before = data.slice();
  const shut = new Uint8Array(height * width);
  const sliceAt = sliceOfPlace(layout);
  for (let i = 0; i < shut.length; i++) shut[i] = taken.has(sliceAt(i)) ? OPEN : SHUT;
  const placesWhere = (is: (i: number) => boolean) => {
    const found = new Set<number>();
    for (let i = 0; i < data.length; i++) if (is(i)) found.add(sliceAt(i));
    return [...found].sort((a, b) => a - b);
  };
  return {
    ...{ name, at, across },
    plane: { data, height, width, locked, shut },
    holds: (slice) => taken.has(slice),
    // Only what was drawn: what others do to these slices meanwhile stays.
    show: () => pastePlane(data, before, labelsOf, layout, grid, at),
    changed: () => placesWhere((i) => data[i] !== before[i]),
    get left() {
      const reached = placesWhere((i) => shut[i] === REACHED);
      return { loading: reached.filter(isLabelled), unlabelled: reached.filter((slice) => !isLabelled(slice)) };
    },
  };
}

/** The slice that a pixel of a cut through all slices lies on. */
function sliceOfPlace({ down, height, width, upwards, mirrored }: PlaneLayout): (i: number) => number {
  if (down === 0) {
    return (i) => {
      const row = Math.floor(i / width);
      return upwards ? height - 1 - row : row;
    };
  }
  return (i) => (mirrored ? width - 1 - (i % width) : i % width);
}
