import { PatchclError } from '../core/errors.ts';
import { orientationOf, reorient } from '../imaging/orientation.ts';
import { IGNORED, type LabelVolume, type Volume } from '../imaging/volume.ts';
import { unknownValue } from './class-indices.ts';
import type { Case } from './dataset.ts';

export interface ReadCase {
  readonly image: Volume;
  /** On the voxel grid of the image, with its geometry; absent when the case has none. */
  readonly label?: LabelVolume;
}

/**
 * Reads a case and checks that image and segmentation fit together. A segmentation that lies on the image in the world, but
 * is stored along other axes, is turned to the axes of the image; else the two are taken to agree voxel by voxel.
 *
 * @param classes number of classes; label values from there on are errors
 * @throws PatchclError `bad-data` naming the file.
 */
export async function readCase(item: Case, classes: number): Promise<ReadCase> {
  const image = await item.image();
  if (item.label === undefined) return { image };
  const label = alignLabel(await item.label(), image);
  const extent = image.shape.slice(1);
  const subject = item.labelPath ?? item.id;
  if (extent.some((length, axis) => length !== label.shape[axis])) {
    throw new PatchclError(
      'bad-data',
      `the mask has ${describeExtent(label.shape)} pixels, its image ${item.imagePath ?? item.id} has ${describeExtent(extent)}`,
      { subject, hint: 'Image and mask must be of the same size.' },
    );
  }
  const highest = maxLabel(label, item.mayBeIgnored);
  if (highest >= classes)
    throw unknownValue(highest, { values: Array.from({ length: classes }, (_, k) => k) }, subject);
  return { image, label };
}

/** Distances in voxels up to which two grids are the same: what rounding to float32 and to a few digits may do. */
const SAME_GRID = 0.1;

/**
 * Whether a segmentation lies on the voxels of its image in the world, as it is or along other axes; undefined when one of the two does
 * not say where it lies.
 */
export function isOnImage(
  label: LabelVolume,
  { shape, geometry }: Pick<Volume, 'shape' | 'geometry'>,
): boolean | undefined {
  const [own, wanted] = [label.geometry.affine, geometry.affine];
  if (own === undefined || wanted === undefined) return undefined;
  const turned = reorient(label, orientationOf(wanted));
  const isSameSize = turned.shape.every((length, axis) => length === shape[axis + 1]);
  return isSameSize && liesOn(turned.geometry.affine as readonly number[], wanted, shape);
}

/** Turns a segmentation to the axes of its image where that makes their grids agree; geometry becomes that of the image. */
export function alignLabel(label: LabelVolume, { shape, geometry }: Pick<Volume, 'shape' | 'geometry'>): LabelVolume {
  const [own, wanted] = [label.geometry.affine, geometry.affine];
  if (own === undefined || wanted === undefined || liesOn(own, wanted, shape)) return { ...label, geometry };
  const turned = reorient(label, orientationOf(wanted));
  const fits = liesOn(turned.geometry.affine as readonly number[], wanted, shape);
  return { ...(fits ? turned : label), geometry };
}

/** Whether two affines put the corners of an image of this shape into the same places, within a tenth of a voxel. */
function liesOn(a: readonly number[], b: readonly number[], [, depth, height, width]: Volume['shape']): boolean {
  const corners = [
    [0, 0, 0],
    [width - 1, 0, 0],
    [0, height - 1, 0],
    [0, 0, depth - 1],
  ];
  const step = Math.min(...[0, 1, 2].map((c) => Math.hypot(b[c] as number, b[4 + c] as number, b[8 + c] as number)));
  return corners.every((corner) =>
    [0, 4, 8].every((row) => {
      const gap = [...corner, 1].reduce(
        (sum, index, c) => sum + index * ((a[row + c] as number) - (b[row + c] as number)),
        0,
      );
      return Math.abs(gap) <= SAME_GRID * step;
    }),
  );
}

/** The highest class. @param mayBeIgnored whether `IGNORED` stands for voxels that are not annotated */
export function maxLabel({ data }: LabelVolume, mayBeIgnored = false): number {
  let highest = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value > highest && !(mayBeIgnored && value === IGNORED)) highest = value;
  }
  return highest;
}

/** `[1, 480, 640]` is `480 x 640`: a 2D image's depth is left out. */
export function describeExtent(extent: readonly number[]): string {
  return (extent[0] === 1 ? extent.slice(1) : extent).join(' x ');
}
