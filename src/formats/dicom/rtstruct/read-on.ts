import { PatchclError } from '../../../core/errors.ts';
import type { LabelVolume } from '../../../imaging/volume.ts';
import { unfit } from '../../damaged.ts';
import type { DataSet } from '../data-set.ts';
import { cross, dot, type Vector } from '../header.ts';
import type { DicomStack, StackSlice } from '../stack.ts';
import { TAG } from '../tags.ts';
import { fillEvenOdd, type Polygon } from './fill.ts';
import { regionsOf } from './header.ts';

/** A contour in the world of the scan. */
interface Contour {
  /** Place along the normal of the slices, in millimetres. */
  readonly at: number;
  readonly polygon: Polygon;
}

/** The grid of a stack, for points in millimetres. */
interface Grid {
  readonly origin: Vector;
  readonly right: Vector;
  readonly down: Vector;
  readonly normal: Vector;
  /** Distance of rows, and of columns. */
  readonly spacing: readonly [number, number];
  /** Places of the slices along the normal, rising. */
  readonly places: readonly number[];
}

/** Contours that lie further out of their plane than this part of a slice's distance are not flat. */
const FLAT = 0.5;
const SAME_PLANE = 1e-2;

/**
 * Draws a structure set (RTSTRUCT) on the slices of the stack it belongs to. Contours of one region in one plane are filled
 * together by the even-odd rule, so that inner ones are holes. Each slice shows the nearest plane of a region, as far as half the
 * usual distance of its planes reaches: so contours on every second slice fill those between. Of regions that overlap the one
 * with the higher number counts.
 *
 * @param classOf class index of a region's number
 * @returns [depth, height, width] of the stack, with its geometry.
 * @throws PatchclError `bad-data` when the stack has no positions or the contours do not lie in its planes, `bad-file` when
 *   there are no contours.
 */
export function readStructuresOn(
  stack: DicomStack,
  dataSet: DataSet,
  name: string,
  classOf: (region: number) => number,
): LabelVolume {
  const grid = gridOf(stack, name);
  const { rows, columns } = (stack.slices[0] as StackSlice).image;
  const plane = rows * columns;
  const data = new Uint8Array(stack.slices.length * plane);
  const contours = new Map(
    dataSet.items(TAG.ROIContourSequence).map((item) => [item.number(TAG.ReferencedROINumber), item] as const),
  );
  const notes: string[] = [];
  let overlapping = 0;
  for (const { number, label } of regionsOf(dataSet)) {
    const { closed, others } = contoursOf(contours.get(number), grid, name);
    if (others > 0) notes.push(`${others} points or open lines of "${label}" enclose nothing and are left out`);
    const value = classOf(number);
    if (closed.length === 0 || value === 0) continue;
    for (const [z, polygons] of slicesOf(closed, grid.places)) {
      const inside = new Uint8Array(plane);
      fillEvenOdd(polygons, inside, rows, columns);
      for (let i = 0; i < plane; i++) {
        if (inside[i] === 0) continue;
        if (data[z * plane + i] !== 0) overlapping++;
        data[z * plane + i] = value;
      }
    }
  }
  if (contours.size === 0) throw unfit(name, 'this structure set holds no contours', 'Leave it out.');
  if (overlapping > 0) notes.push(`${overlapping} voxels lie in several of its regions, of which the later counts`);
  const shape = [stack.slices.length, rows, columns] as const;
  return { data, shape, geometry: stack.geometry, ...(notes.length === 0 ? {} : { notes }) };
}

function gridOf(stack: DicomStack, name: string): Grid {
  const { position, orientation, spacing } = (stack.slices[0] as StackSlice).frame;
  if (position === undefined || orientation === undefined || spacing === undefined) {
    const problem = 'its contours are in millimetres, but its series does not say where its pixels lie';
    throw new PatchclError('bad-data', problem, { subject: name, hint: 'Leave it out.' });
  }
  const normal = cross(...orientation);
  const places = stack.slices.map(({ frame }) => dot(frame.position as Vector, normal));
  return { origin: position, right: orientation[0], down: orientation[1], normal, spacing, places };
}

function contoursOf(item: DataSet | undefined, grid: Grid, name: string): { closed: Contour[]; others: number } {
  const closed: Contour[] = [];
  let others = 0;
  for (const contour of item?.items(TAG.ContourSequence) ?? []) {
    const points = contour.numbers(TAG.ContourData);
    const isClosed = (contour.text(TAG.ContourGeometricType) ?? 'CLOSED_PLANAR').startsWith('CLOSED_PLANAR');
    if (!isClosed || points.length < 9) {
      others++;
      continue;
    }
    closed.push(onGrid(points, grid, name));
  }
  return { closed, others };
}

function onGrid(
  points: readonly number[],
  { origin, right, down, normal, spacing, places }: Grid,
  name: string,
): Contour {
  const count = Math.floor(points.length / 3);
  const polygon = new Float64Array(2 * count);
  let [lowest, highest, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let i = 0; i < count; i++) {
    const point = [points[3 * i], points[3 * i + 1], points[3 * i + 2]] as unknown as Vector;
    const way: Vector = [point[0] - origin[0], point[1] - origin[1], point[2] - origin[2]];
    polygon[2 * i] = dot(way, right) / spacing[1];
    polygon[2 * i + 1] = dot(way, down) / spacing[0];
    const at = dot(point, normal);
    lowest = Math.min(lowest, at);
    highest = Math.max(highest, at);
    sum += at;
  }
  if (!Number.isFinite(sum)) throw unfit(name, 'a contour has points that are no numbers', 'Write it again.');
  const step = places.length > 1 ? ((places.at(-1) as number) - (places[0] as number)) / (places.length - 1) : 1;
  if (highest - lowest > FLAT * step + SAME_PLANE) {
    const problem = 'its contours do not lie in the planes of its series';
    throw new PatchclError('bad-data', problem, { subject: name, hint: 'Give the series that it was drawn on.' });
  }
  return { at: sum / count, polygon };
}

/** The polygons to be filled on each slice. */
function slicesOf(contours: readonly Contour[], places: readonly number[]): [z: number, polygons: Polygon[]][] {
  const planes: { at: number; polygons: Polygon[] }[] = [];
  for (const { at, polygon } of contours.toSorted((a, b) => a.at - b.at)) {
    const last = planes.at(-1);
    if (last !== undefined && at - last.at < SAME_PLANE) last.polygons.push(polygon);
    else planes.push({ at, polygons: [polygon] });
  }
  const reach = Math.max(usualGap(places), usualGap(planes.map(({ at }) => at))) / 2 + SAME_PLANE;
  return places.flatMap((place, z) => {
    const nearest = planes.reduce((best, plane) =>
      Math.abs(plane.at - place) < Math.abs(best.at - place) ? plane : best,
    );
    return Math.abs(nearest.at - place) <= reach ? [[z, nearest.polygons] as [number, Polygon[]]] : [];
  });
}

/** The middle one of the gaps between places, which are in order; 0 for one place. */
function usualGap(places: readonly number[]): number {
  const gaps = places.slice(1).map((place, i) => place - (places[i] as number));
  return gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? 0;
}
