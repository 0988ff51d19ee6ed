import { baseName } from '../../core/files.ts';
import { smallestOf } from '../../core/lists.ts';
import type { Geometry } from '../../imaging/volume.ts';
import { slicesGeometry, stepOf } from './geometry.ts';
import { cross, dot, type FrameHeader, type ImageHeader, MOMENTS, type Moment, type Vector } from './header.ts';

/** One slice of a stack: a frame of a file. */
export interface StackSlice {
  readonly image: ImageHeader;
  readonly frame: FrameHeader;
}

/** Slices that make up one volume, in the order of their positions along the normal of the slices. */
export interface DicomStack {
  readonly slices: readonly StackSlice[];
  readonly geometry: Geometry;
  /** What is odd about it, each a sentence without the final stop: missing or doubled slices, uneven spacing. */
  readonly notes: readonly string[];
}

/** A step that differs from the usual one by more than this part of it is uneven: files round positions. */
const UNEVEN = 0.02;
/** Millimetres within which two slices lie at the same place. */
const SAME_PLACE = 1e-3;

interface Placed extends StackSlice {
  /** Position along the normal, in millimetres. */
  readonly at: number;
}

/**
 * Puts slices of equal size and orientation in order and finds what is wrong with them. Several slices at each position
 * (time points, echoes) make as many stacks, in the order of what tells them apart, else of their instance numbers.
 */
export function stacksOf(slices: readonly StackSlice[]): DicomStack[] {
  const [first] = slices;
  if (first === undefined) return [];
  const { orientation } = first.frame;
  if (orientation === undefined || slices.some(({ frame }) => frame.position === undefined)) {
    return [{ slices, ...slicesGeometry(first.frame, first.frame, slices.length) }];
  }
  const normal = cross(...orientation);
  const placed = slices
    .map((slice): Placed => ({ ...slice, at: dot(slice.frame.position as Vector, normal) }))
    .sort((a, b) => a.at - b.at);
  const places = groupByPlace(placed);
  const volumes = volumesOf(places);
  if (volumes !== undefined) {
    return volumes.stacks.map((stack, k) => makeStack(stack, volumesNotes(volumes, k)));
  }
  const doubled = places.filter(({ length }) => length > 1);
  const names = doubled.slice(0, 3).map((place) => place.map(nameOf).join(' and '));
  const more = doubled.length > 3 ? `, and ${doubled.length - 3} more places` : '';
  const note = `slices lie at the same place, the first of each is used: ${names.join(', ')}${more}`;
  return [
    makeStack(
      places.map((place) => place[0] as Placed),
      [note],
    ),
  ];
}

/** Volumes that lie at the same place. */
interface Volumes {
  readonly stacks: readonly (readonly Placed[])[];
  /** What they are told apart by; absent where only their instance numbers tell. */
  readonly by?: Moment;
}

function volumesNotes({ stacks, by }: Volumes, k: number): string[] {
  if (stacks.length < 2) return [];
  const told = by === undefined ? '' : ` (told apart by ${by})`;
  return [`the series holds ${stacks.length} volumes at the same place${told}, this is number ${k + 1}`];
}

/** The volumes that slices at shared places make up, unless they do not say which slice belongs to which. */
function volumesOf(places: readonly (readonly Placed[])[]): Volumes | undefined {
  const count = places.reduce((most, { length }) => Math.max(most, length), 0);
  if (places.every(({ length }) => length === count)) {
    const by = count === 1 ? undefined : MOMENTS.find((moment) => places.every((place) => tellsApart(place, moment)));
    const sorted = by === undefined ? places : places.map((place) => place.toSorted((a, b) => order(a, b, by)));
    const stacks = Array.from({ length: count }, (_, k) => sorted.map((place) => place[k] as Placed));
    return by === undefined ? { stacks } : { stacks, by };
  }
  // Some slices are missing: only what is the same for a whole volume tells which.
  for (const by of MOMENTS) {
    const values = [...new Set(places.flat().map(({ frame }) => frame.moments[by]))].sort((a = 0, b = 0) => a - b);
    if (values.length !== count || values.includes(undefined)) continue;
    if (!places.every((place) => tellsApart(place, by))) continue;
    return { by, stacks: values.map((value) => places.flatMap((place) => place.filter(isAt(by, value)))) };
  }
  return undefined;
}

const order = (a: Placed, b: Placed, by: Moment) => (a.frame.moments[by] ?? 0) - (b.frame.moments[by] ?? 0);
const isAt =
  (by: Moment, value: number | undefined) =>
  ({ frame }: Placed) =>
    frame.moments[by] === value;

function tellsApart(place: readonly Placed[], moment: Moment): boolean {
  const values = new Set(place.map(({ frame }) => frame.moments[moment]));
  return values.size === place.length && !values.has(undefined);
}

/** Slices at one place, by instance and frame number. */
function groupByPlace(sorted: readonly Placed[]): Placed[][] {
  const places: Placed[][] = [];
  for (const slice of sorted) {
    const last = places.at(-1);
    if (last !== undefined && slice.at - (last[0] as Placed).at < SAME_PLACE) last.push(slice);
    else places.push([slice]);
  }
  for (const place of places) {
    place.sort((a, b) => a.image.instanceNumber - b.image.instanceNumber || a.frame.index - b.frame.index);
  }
  return places;
}

function makeStack(slices: readonly Placed[], notes: readonly string[]): DicomStack {
  const [first, last] = [slices[0] as Placed, slices.at(-1) as Placed];
  const { geometry, notes: unknown } = slicesGeometry(first.frame, last.frame, slices.length);
  return { slices, geometry, notes: [...notes, ...unknown, ...spacingNotes(slices)] };
}

function spacingNotes(slices: readonly Placed[]): string[] {
  const gaps = slices
    .slice(1)
    .map((slice, i) => ({ from: slices[i] as Placed, to: slice, length: slice.at - (slices[i] as Placed).at }));
  const usual = gaps.map(({ length }) => length).sort((a, b) => a - b)[gaps.length >> 1];
  if (usual === undefined) return [];
  const uneven = gaps.filter(({ length }) => Math.abs(length - usual) > UNEVEN * usual);
  const missing = uneven.filter(
    ({ length }) => length > 1.5 * usual && Math.abs(length / usual - Math.round(length / usual)) < 0.1,
  );
  const notes = missing.slice(0, 3).map(({ from, to, length }) => {
    const count = Math.round(length / usual) - 1;
    return `${count === 1 ? 'a slice is' : `${count} slices are`} missing between ${nameOf(from)} and ${nameOf(to)}`;
  });
  if (missing.length > 3) notes.push(`slices are missing in ${missing.length - 3} more places`);
  if (uneven.length > missing.length) {
    const lengths = gaps.map(({ length }) => length).sort((a, b) => a - b);
    const [least, most] = [lengths[0], lengths.at(-1)].map((length = 0) => Number(length.toFixed(3)));
    notes.push(`slices are unevenly spaced, ${least} to ${most} mm apart`);
  }
  if (uneven.length === 0 && !isStraight(slices)) notes.push('its slices are shifted against each other');
  return notes;
}

/** Whether all positions lie on the line from the first to the last, to a tenth of a pixel. */
function isStraight(slices: readonly Placed[]): boolean {
  const [first, last] = [slices[0] as Placed, slices.at(-1) as Placed];
  const origin = first.frame.position as Vector;
  const step = stepOf(first.frame, last.frame, slices.length) ?? [0, 0, 0];
  const tolerance = 0.1 * smallestOf(first.frame.spacing ?? [1, 1]);
  return slices.every(({ frame }, i) =>
    (frame.position as Vector).every(
      (value, axis) => Math.abs(value - (origin[axis] as number) - i * (step[axis] as number)) < tolerance,
    ),
  );
}

function nameOf({ image, frame }: StackSlice): string {
  return image.frames.length > 1 ? `frame ${frame.index + 1}` : baseName(image.name);
}
