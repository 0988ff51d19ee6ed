import { encode } from 'fast-png';
import { makeImage } from '../../formats/dicom/testing/make-dicom.ts';
import { writeNifti } from '../../formats/index.ts';
import { reorient } from '../../imaging/orientation.ts';
import type { Volume } from '../../imaging/volume.ts';

/** [depth, height, width] as RAS; slices are thick, so that they are cut across the head. */
const SHAPE = [8, 24, 32] as const;
const GREY = 80;
const MARK = 250;

/** Whether a pixel of the middle slice is marked: far to the right, and far in front. */
const isMarked = (right: number, front: number) => right >= 24 && right <= 28 && front >= 17 && front <= 21;

/** The middle of the mark in the middle slice, in millimetres. */
export const MARKED_PLACE = 'R 26.0 A 39.0 S 22.0 mm';

/** A grey scan with a bright mark in its middle slices, right and in front, stored along these axes. */
export function markedPhantom(stored: string): Uint8Array {
  const [depth, height, width] = SHAPE;
  const volume: Volume = {
    data: Float32Array.from({ length: depth * height * width }, (_, i) => {
      const [up, front, right] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
      return up >= 3 && up <= 5 && isMarked(right, front) ? MARK : GREY;
    }),
    shape: [1, ...SHAPE],
    geometry: { spacing: [3, 1, 1], unit: 'mm', affine: [1, 0, 0, 0, 0, 1, 0, 20, 0, 0, 3, 10, 0, 0, 0, 1] },
  };
  return writeNifti(reorient(volume, stored));
}

/** The marked slice as rows of a picture, its first row at the top: the mark is at the lower right. */
const pixels = Array.from({ length: SHAPE[1] * SHAPE[2] }, (_, i) =>
  isMarked(i % SHAPE[2], Math.floor(i / SHAPE[2])) ? MARK : GREY,
);

/** A picture, which does not say how it lies. */
export function markedPicture(): Uint8Array {
  return encode({ width: SHAPE[2], height: SHAPE[1], data: Uint8Array.from(pixels), channels: 1 });
}

/** A radiograph whose file says how large a pixel is, and not how it lies. */
export function markedRadiograph(): Uint8Array {
  return makeImage({
    ...{ rows: SHAPE[1], columns: SHAPE[2], pixels, position: undefined, orientation: undefined, spacing: [1, 1] },
  });
}
