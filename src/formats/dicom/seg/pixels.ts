import type { LabelVolume, Volume } from '../../../imaging/volume.ts';

/** A frame of a segmentation to be written: slice `z` of a segment, or of all of them in a label map. */
export interface NewFrame {
  readonly segment: number | undefined;
  readonly z: number;
}

/** Pixel data of a segmentation, and which frames they are. */
export interface SegPixels {
  readonly type: 'BINARY' | 'LABELMAP' | 'FRACTIONAL';
  readonly bits: 1 | 8;
  readonly frames: readonly NewFrame[];
  readonly data: Uint8Array;
}

/** A bit for each pixel: a frame for each class and slice on which it is found. */
export function binaryPixels(labels: LabelVolume, classes: number): SegPixels {
  const [depth, rows, columns] = labels.shape;
  const plane = rows * columns;
  const found = (segment: number, z: number) => labels.data.subarray(z * plane, (z + 1) * plane).includes(segment);
  const frames = framesWith(depth, classes, found);
  // Lowest bit first, frames one behind the other without padding (PS3.5 section 8.2).
  const packed = new Uint8Array(Math.ceil((frames.length * plane) / 8));
  for (const [index, { segment, z }] of frames.entries()) {
    for (let i = 0; i < plane; i++) {
      if (labels.data[z * plane + i] !== segment) continue;
      const bit = index * plane + i;
      packed[bit >> 3] = (packed[bit >> 3] as number) | (1 << (bit & 7));
    }
  }
  return { type: 'BINARY', bits: 1, frames, data: packed };
}

/** A byte for each pixel that names its segment: a frame for each slice. */
export function labelMapPixels(labels: LabelVolume): SegPixels {
  const frames = Array.from({ length: labels.shape[0] }, (_, z): NewFrame => ({ segment: undefined, z }));
  return { type: 'LABELMAP', bits: 8, frames, data: labels.data };
}

/** A byte for each pixel, 255 being a probability of 1: a frame for each class and slice on which it is not 0. */
export function fractionalPixels(probabilities: Volume): SegPixels {
  const [classes, depth, rows, columns] = probabilities.shape;
  const plane = rows * columns;
  const byteAt = (at: number) => Math.round(255 * Math.min(1, Math.max(0, probabilities.data[at] as number)));
  const startOf = (segment: number, z: number) => (segment * depth + z) * plane;
  const found = (segment: number, z: number) => {
    const start = startOf(segment, z);
    for (let i = 0; i < plane; i++) if (byteAt(start + i) > 0) return true;
    return false;
  };
  const frames = framesWith(depth, classes, found);
  const data = new Uint8Array(frames.length * plane);
  for (const [index, { segment = 0, z }] of frames.entries()) {
    const start = startOf(segment, z);
    for (let i = 0; i < plane; i++) data[index * plane + i] = byteAt(start + i);
  }
  return { type: 'FRACTIONAL', bits: 8, frames, data };
}

/** Frames in the order of segments and slices. There is one at least, so without any foreground the first slice is written, empty. */
function framesWith(depth: number, classes: number, found: (segment: number, z: number) => boolean): NewFrame[] {
  const frames: NewFrame[] = [];
  for (let segment = 1; segment < classes; segment++) {
    for (let z = 0; z < depth; z++) if (found(segment, z)) frames.push({ segment, z });
  }
  return frames.length > 0 ? frames : [{ segment: 1, z: 0 }];
}
