import type { LabelVolume, Volume } from '../../imaging/volume.ts';
import { unfit } from '../damaged.ts';

/** A segment of a `.seg.nrrd` file, as 3D Slicer writes it down. */
export interface NrrdSegment {
  readonly name: string;
  /** Which volume of the file shows it, and by which value. */
  readonly layer: number;
  readonly value: number;
}

/** The segments that a header names, by their numbers. */
export function segmentsOf(values: ReadonlyMap<string, string>): NrrdSegment[] {
  const numbers = [...values.keys()].flatMap((key) => /^Segment(\d{1,6})_ID$/.exec(key)?.[1] ?? []).map(Number);
  return numbers
    .sort((a, b) => a - b)
    .map((number) => {
      const of = (key: string) => values.get(`Segment${number}_${key}`)?.trim();
      return {
        name: of('Name') ?? `segment ${number + 1}`,
        layer: Number(of('Layer') ?? 0),
        value: Number(of('LabelValue') ?? number + 1),
      };
    });
}

/**
 * Segments that lie in several volumes, since they overlap, as one: classes count through the segments from 1, and the later one
 * counts where several are.
 *
 * @throws PatchclError `bad-file` for more segments than there are class indices.
 */
export function mergedSegments(volume: Volume, segments: readonly NrrdSegment[], name: string): LabelVolume {
  if (segments.length > 255) {
    throw unfit(name, `it holds ${segments.length} segments, more than the 255 that are read`, 'Split it.');
  }
  const [layers, depth, height, width] = volume.shape;
  const size = depth * height * width;
  const data = new Uint8Array(size);
  let overlapping = 0;
  for (const [index, { layer, value }] of segments.entries()) {
    if (!(layer >= 0 && layer < layers)) continue;
    for (let i = 0; i < size; i++) {
      if (volume.data[layer * size + i] !== value) continue;
      if (data[i] !== 0) overlapping++;
      data[i] = index + 1;
    }
  }
  const names = segments.map(({ name: label }, i) => `${i + 1} ${label}`).join(', ');
  const overlap = overlapping === 0 ? '' : `; ${overlapping} voxels are of several, of which the later counts`;
  const notes = [...(volume.notes ?? []), `its ${layers} layers are read as one, classes are ${names}${overlap}`];
  return { data, shape: [depth, height, width], geometry: volume.geometry, notes };
}
