import { baseName } from '../../core/files.ts';
import type { Geometry } from '../../imaging/volume.ts';
import { slicesGeometry, stepOf } from './geometry.ts';
import { cross, dot, type FrameHeader, type ImageHeader, type Vector } from './header.ts';

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
 * (time points, echoes) make as many stacks, in the order of instance numbers.
 */
export function stacksOf(slices: readonly StackSlice[]): DicomStack[] {
  const [first] = slices;
  if (first === undefined) return [];
  const { orientation } = first.frame;
  if (orientation === undefined || slices.some(({ frame }) => frame.position === undefined)) {
    return [{ slices, geometry: slicesGeometry(first.frame, first.frame, slices.length), notes: [] }];
  }
  const normal = cross(...orientation);
  const placed = slices
    .map((slice): Placed => ({ ...slice, at: dot(slice.frame.position as Vector, normal) }))
    .sort((a, b) => a.at - b.at);
  const places = groupByPlace(placed);
  const volumes = places[0]?.length ?? 1;
  if (places.every(({ length }) => length === volumes)) {
    return Array.from({ length: volumes }, (_, k) => {
      const notes =
        volumes > 1 ? [`the series holds ${volumes} volumes at the same place, this is number ${k + 1}`] : [];
      return makeStack(
        places.map((place) => place[k] as Placed),
        notes,
      );
    });
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
  const geometry = slicesGeometry(first.frame, last.frame, slices.length);
  return { slices, geometry, notes: [...notes, ...spacingNotes(slices)] };
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
    const lengths = gaps.map(({ length }) => length);
    const [least, most] = [Math.min(...lengths), Math.max(...lengths)].map((length) => Number(length.toFixed(3)));
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
  const tolerance = 0.1 * Math.min(...(first.frame.spacing ?? [1, 1]));
  return slices.every(({ frame }, i) =>
    (frame.position as Vector).every(
      (value, axis) => Math.abs(value - (origin[axis] as number) - i * (step[axis] as number)) < tolerance,
    ),
  );
}

function nameOf({ image, frame }: StackSlice): string {
  return image.frames.length > 1 ? `frame ${frame.index + 1}` : baseName(image.name);
}
