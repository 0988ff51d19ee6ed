import { PatchclError } from '../../../core/errors.ts';
import { smallestOf } from '../../../core/lists.ts';
import type { LabelVolume } from '../../../imaging/volume.ts';
import { inflateAll, isGzip } from '../../gzip.ts';
import { cross, dot, type FrameHeader, type Vector } from '../header.ts';
import { readPart10 } from '../part10.ts';
import { isStructureSet } from '../rtstruct/header.ts';
import { readStructuresOn } from '../rtstruct/read-on.ts';
import type { DicomStack } from '../stack.ts';
import { openSegmentation, type SegFrame } from './frames.ts';
import { paint } from './paint.ts';

/**
 * Reads a DICOM SEG object, or a structure set (RTSTRUCT, see `readStructuresOn`), onto the slices of the stack it was drawn on. Its frames may have any order. Slices without
 * frames are background. Frames are placed by their positions, and without those by the images they refer to.
 *
 * @param classOf class index of a segment number
 * @returns [depth, height, width] of the stack, with its geometry.
 * @throws PatchclError `bad-data` when it lies on other slices or pixels than the stack's, `bad-file` as `readDicomSeg`.
 */
export async function readSegOn(
  stack: DicomStack,
  bytes: Uint8Array,
  name: string,
  classOf: (segment: number) => number,
): Promise<LabelVolume> {
  const plain = isGzip(bytes) ? (await inflateAll(bytes, name)).bytes : bytes;
  const { dataSet } = readPart10(plain, name);
  if (isStructureSet(dataSet)) return readStructuresOn(stack, dataSet, name, classOf);
  const segmentation = openSegmentation(plain, name);
  const { rows, columns } = segmentation.reader.format;
  const image = stack.slices[0]?.image;
  if (image === undefined || rows !== image.rows || columns !== image.columns) {
    throw elsewhere(name, `it has ${columns} x ${rows} pixels a slice, its series ${image?.columns} x ${image?.rows}`);
  }
  const placeOf = placer(stack, name);
  const places = segmentation.frames.map(placeOf);
  const data = await paint(segmentation, places, stack.slices.length, classOf, name);
  return { data, shape: [stack.slices.length, rows, columns], geometry: stack.geometry };
}

function placer(stack: DicomStack, name: string): (frame: SegFrame) => number {
  const bySource = new Map(stack.slices.map(({ image, frame }, z) => [`${image.sopInstance} ${frame.index + 1}`, z]));
  const first = stack.slices[0]?.frame as FrameHeader;
  const normal = first.orientation === undefined ? undefined : cross(...first.orientation);
  const positions = stack.slices.map(({ frame }) => frame.position);
  const pixel = smallestOf(first.spacing ?? [1, 1]);
  return ({ header, sources, sourceFrame }) => {
    const { position } = header;
    if (position !== undefined && normal !== undefined && positions.every((place) => place !== undefined)) {
      if (!sameOrientation(header, first)) throw elsewhere(name, 'its slices are turned against those of its series');
      const distance = (place: Vector | undefined) => Math.abs(dot(normal, difference(place as Vector, position)));
      const z = indexOfLeast(positions.map(distance));
      const offset = difference(positions[z] as Vector, position);
      // A tenth of a pixel is rounding; more would shift the mask.
      if (Math.hypot(...offset) <= 0.1 * pixel + 1e-3) return z;
      throw elsewhere(name, `frame ${header.index + 1} lies on no slice of its series`);
    }
    const z = sources
      .map((source) => bySource.get(`${source} ${sourceFrame ?? 1}`))
      .find((place) => place !== undefined);
    if (z !== undefined) return z;
    if (stack.slices.length === 1 && sources.length === 0) return 0;
    throw elsewhere(name, `frame ${header.index + 1} refers to no image of its series`);
  };
}

function sameOrientation({ orientation }: FrameHeader, { orientation: expected }: FrameHeader): boolean {
  if (orientation === undefined || expected === undefined) return true;
  return dot(orientation[0], expected[0]) > 0.9999 && dot(orientation[1], expected[1]) > 0.9999;
}

function indexOfLeast(values: readonly number[]): number {
  return values.reduce((least, value, i) => (value < (values[least] as number) ? i : least), 0);
}

const difference = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

function elsewhere(name: string, problem: string): PatchclError {
  return new PatchclError('bad-data', `this segmentation does not fit its series: ${problem}`, {
    subject: name,
    hint: 'Save it again on the slices of the series, or leave it out.',
  });
}
