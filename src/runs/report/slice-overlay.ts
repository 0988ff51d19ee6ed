import { asShown, sliceLayout } from '../../imaging/planes.ts';
import { labelSlice, shownSlice } from '../../imaging/slices.ts';
import type { LabelVolume, Volume } from '../../imaging/volume.ts';
import { type OverlayInput, overlayPicture } from '../../report/overlay.ts';
import type { Picture } from '../../report/picture.ts';

export interface SliceOverlayInput extends Pick<OverlayInput, 'classes' | 'values' | 'scale'> {
  /** The slice alone or with its scan, in [0, 1]; `slice` counts in it. */
  readonly image: Pick<Volume, 'data' | 'shape'>;
  readonly slice: number;
  /** On the voxels of the scan, which it tells the orientation of; `z` counts in it. */
  readonly prediction: LabelVolume;
  readonly reference?: LabelVolume | undefined;
  readonly z: number;
}

/**
 * A slice of a scan with the contours of its masks as the studio shows it: front or head up, the patient's left at the right,
 * with letters, where the file says how the scan lies; as it is stored, and without letters, where it does not.
 *
 * @throws PatchclError as `overlayPicture`
 */
export function sliceOverlay({ image, slice, prediction, reference, z, ...look }: SliceOverlayInput): Picture {
  const layout = sliceLayout(prediction);
  return overlayPicture({
    ...look,
    image: asShown(shownSlice(image, slice), layout),
    prediction: asShown(labelSlice(prediction, z), layout),
    ...(reference && { reference: asShown(labelSlice(reference, z), layout) }),
    size: [layout.height, layout.width],
    letters: layout.letters,
  });
}
