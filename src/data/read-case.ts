import { PatchclError } from '../core/errors.ts';
import type { LabelVolume, Volume } from '../imaging/volume.ts';
import type { Case } from './dataset.ts';

export interface ReadCase {
  readonly image: Volume;
  /** Of the same depth, height and width as the image; absent when the case has none. */
  readonly label?: LabelVolume;
}

/**
 * Reads a case and checks that image and segmentation fit together.
 *
 * @param classes number of classes; label values from there on are errors
 * @throws PatchclError `bad-data` naming the file.
 */
export async function readCase(item: Case, classes: number): Promise<ReadCase> {
  const image = await item.image();
  if (item.label === undefined) return { image };
  const label = await item.label();
  const extent = image.shape.slice(1);
  const subject = item.labelPath ?? item.id;
  if (extent.some((length, axis) => length !== label.shape[axis])) {
    throw new PatchclError(
      'bad-data',
      `the mask has ${describe(label.shape)} pixels, its image ${item.imagePath ?? item.id} has ${describe(extent)}`,
      { subject, hint: 'Image and mask must be of the same size.' },
    );
  }
  const highest = maxLabel(label);
  if (highest >= classes) {
    throw new PatchclError('bad-data', `label value ${highest} was found, but the classes are 0 to ${classes - 1}`, {
      subject,
      hint: 'Correct the mask, or state all classes under "labels" in dataset.json.',
    });
  }
  return { image, label };
}

export function maxLabel(label: LabelVolume): number {
  let highest = 0;
  for (let i = 0; i < label.data.length; i++) highest = Math.max(highest, label.data[i] as number);
  return highest;
}

/** `[1, 480, 640]` is `480 x 640`: a 2D image's depth is left out. */
function describe(extent: readonly number[]): string {
  return (extent[0] === 1 ? extent.slice(1) : extent).join(' x ');
}
