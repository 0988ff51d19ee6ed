import type { LabelVolume } from '../../../imaging/volume.ts';
import { unfit } from '../../damaged.ts';
import { type SlicesGeometry, slicesGeometry } from '../geometry.ts';
import { cross, dot, type Vector } from '../header.ts';
import { openSegmentation, type SegFrame } from './frames.ts';
import { paint } from './paint.ts';

const MAX_VOXELS = 2 ** 30;

/**
 * Reads a DICOM SEG object by itself, of any of its types (binary, fractional, label map): values are segment numbers, see
 * `paint` for segments that overlap. Slices run from the first to the last that is drawn on, in steps of the smallest
 * distance between two of them; slices in between without a frame are background. To have it on the slices of the scan it
 * belongs to, use `readSegOn`.
 *
 * @returns [depth, height, width].
 * @throws PatchclError `bad-file` when the file is no segmentation, damaged or cut off.
 */
export async function readDicomSeg(bytes: Uint8Array, name: string): Promise<LabelVolume> {
  const segmentation = openSegmentation(bytes, name);
  const { rows, columns } = segmentation.reader.format;
  const { places, slices, geometry, notes } = ownGrid(segmentation.frames);
  if (slices * rows * columns > MAX_VOXELS) {
    throw unfit(
      name,
      `its frames claim ${slices} slices of ${columns} x ${rows} pixels, more than can be held`,
      'Leave it out.',
    );
  }
  const data = await paint(segmentation, places, slices, (segment) => segment, name);
  return { data, shape: [slices, rows, columns], geometry, ...(notes.length === 0 ? {} : { notes }) };
}

function ownGrid(frames: readonly SegFrame[]): SlicesGeometry & { places: number[]; slices: number } {
  const positions = projections(frames);
  const places = positions === undefined ? placesBySource(frames) : placesByPosition(positions);
  const slices = places.reduce((most, place) => Math.max(most, place), 0) + 1;
  const at = (place: number) => (frames[places.indexOf(place)] as SegFrame).header;
  return { places, slices, ...slicesGeometry(at(0), at(slices - 1), slices) };
}

function placesByPosition(positions: readonly number[]): number[] {
  const sorted = [...positions].sort((a, b) => a - b);
  const start = sorted[0] as number;
  const gaps = sorted.slice(1).map((at, i) => at - (sorted[i] as number));
  const step = gaps.filter((gap) => gap > 1e-3).reduce((least, gap) => Math.min(least, gap), Number.POSITIVE_INFINITY);
  return positions.map((at) => (Number.isFinite(step) ? Math.round((at - start) / step) : 0));
}

/** Positions along the normal, or nothing when a frame has none. */
function projections(frames: readonly SegFrame[]): number[] | undefined {
  const orientation = frames[0]?.header.orientation;
  if (orientation === undefined || frames.some(({ header }) => header.position === undefined)) return undefined;
  const normal = cross(...orientation);
  return frames.map(({ header }) => dot(header.position as Vector, normal));
}

/** Frames without position lie together when they were drawn on the same image; else each segment's in their order. */
function placesBySource(frames: readonly SegFrame[]): number[] {
  const order = new Map<string, number>();
  const counts = new Map<number, number>();
  return frames.map(({ sources, sourceFrame, segment = 0 }) => {
    const count = counts.get(segment) ?? 0;
    counts.set(segment, count + 1);
    const key = sources[0] === undefined ? `number ${count}` : `${sources[0]} ${sourceFrame ?? 1}`;
    const place = order.get(key) ?? order.size;
    order.set(key, place);
    return place;
  });
}
