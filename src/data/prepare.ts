import { PatchclError } from '../core/errors.ts';
import { isOrientation, type Orientation, reorient } from '../imaging/orientation.ts';
import { resizeBilinearPlanes, resizeNearest } from '../imaging/resize.ts';
import type { LabelVolume, Volume } from '../imaging/volume.ts';
import { mapConcurrently } from './concurrency.ts';
import { centreWindow, cropPlane } from './crop.ts';
import type { Case, Dataset, Slice } from './dataset.ts';
import { type Normalisation, normaliseVolume } from './normalise.ts';
import { readCase } from './read-case.ts';

/** How scans become network inputs: plain data, stored with the model so that prediction repeats it. */
export interface Preparation extends Normalisation {
  /** Side of the prepared slices, pixels. */
  readonly size: number;
  /** Fraction of height and width kept around the centre before resizing, in (0, 1]. */
  readonly crop: number;
  /** Scans are brought to this orientation before they are cut into slices; without it they are cut as stored. */
  readonly orientation?: Orientation;
}

/**
 * Fills in what is left out: no crop, percentiles 0.5 and 99.5, and intensities taken as they are for SSL4MIS data, whose
 * authors have normalised them, by percentile for all other.
 *
 * @throws PatchclError `bad-config` for values out of range.
 */
export function makePreparation(
  layout: Dataset['layout'],
  options: Pick<Preparation, 'size'> & Partial<Preparation>,
): Preparation {
  const { size, crop = 1, percentiles = [0.5, 99.5], orientation } = options;
  const normalise = options.normalise ?? (layout === 'ssl4mis' ? 'unit' : 'percentile');
  const check = (valid: boolean, subject: string, expected: string, found: unknown) => {
    if (!valid) throw new PatchclError('bad-config', `${expected} was expected, not ${found}`, { subject });
  };
  const [low, high] = percentiles;
  check(Number.isInteger(size) && size > 0, 'size', 'a positive whole number of pixels', size);
  check(crop > 0 && crop <= 1, 'crop', 'a fraction above 0 and at most 1', crop);
  check(low >= 0 && low < high && high <= 100, 'percentiles', 'a pair of rising numbers in [0, 100]', percentiles);
  if (orientation === undefined) return { size, crop, normalise, percentiles };
  check(isOrientation(orientation), 'orientation', 'an orientation such as LPS', orientation);
  return { size, crop, normalise, percentiles, orientation };
}

/** A scan or segmentation in the axes along which the network sees it. */
export function orient<T extends Volume | LabelVolume>(volume: T, { orientation }: Preparation): T {
  return orientation === undefined ? volume : reorient(volume, orientation);
}

/**
 * The slices of one scan as the network sees them: brought to the orientation of the preparation, intensities in [0, 1],
 * cropped, resized (bilinear).
 *
 * @param subject for messages
 * @returns one [channels, size, size] array per slice, in order of depth
 */
export function prepareVolume(scan: Volume, preparation: Preparation, subject: string): Float32Array[] {
  const volume = orient(scan, preparation);
  const [channels, depth, height, width] = volume.shape;
  const { size, crop } = preparation;
  const data = normaliseVolume(volume, preparation, subject);
  const window = centreWindow([height, width], crop);
  const pixels = window.height * window.width;
  return Array.from({ length: depth }, (_, z) => {
    const kept = new Float32Array(channels * pixels);
    for (let channel = 0; channel < channels; channel++) {
      const start = (channel * depth + z) * height * width;
      kept.set(cropPlane(data, start, width, window), channel * pixels);
    }
    return resizeBilinearPlanes(kept, channels, [window.height, window.width], [size, size]);
  });
}

/** The slices of one segmentation, turned, cropped and resized (nearest) as `prepareVolume` does: [size, size] each. */
export function prepareLabel(stored: LabelVolume, preparation: Preparation): Uint8Array[] {
  const { size, crop } = preparation;
  const label = orient(stored, preparation);
  const [depth, height, width] = label.shape;
  const window = centreWindow([height, width], crop);
  return Array.from({ length: depth }, (_, z) => {
    const kept = cropPlane(label.data, z * height * width, width, window);
    return resizeNearest(kept, [window.height, window.width], [size, size]);
  });
}

export interface PrepareOptions {
  /** Number of classes; label values from there on are errors. */
  readonly classes: number;
  /** Number of channels every image must have; that of the first case by default. */
  readonly channels?: number;
  /** Cases read at once, 4 by default. */
  readonly concurrency?: number;
  /** Called after each case. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Reads cases and turns them into slices of one size, in order of the cases. Cases without `label` give slices without.
 *
 * @throws PatchclError `bad-data` naming the file whose size, channels, label values or intensities do not fit; what
 *   reading throws.
 */
export async function prepareCases(
  cases: readonly Case[],
  preparation: Preparation,
  options: PrepareOptions,
): Promise<Slice[]> {
  const { classes, concurrency = 4, onProgress } = options;
  let expected = options.channels === undefined ? undefined : { channels: options.channels, of: 'the other images' };
  let done = 0;
  const slices = await mapConcurrently(cases, concurrency, async (item) => {
    const { image, label } = await readCase(item, classes);
    const subject = item.imagePath ?? item.id;
    const channels = image.shape[0];
    expected ??= { channels, of: subject };
    if (channels !== expected.channels) {
      throw new PatchclError(
        'bad-data',
        `the image has ${channels} channel(s), ${expected.of} have ${expected.channels}`,
        {
          subject,
          hint: 'Save all images of a data set in one colour format.',
        },
      );
    }
    const images = prepareVolume(image, preparation, subject);
    const labels = label === undefined ? undefined : prepareLabel(label, preparation);
    done++;
    onProgress?.(done, cases.length);
    return images.map((data, z): Slice => {
      const mask = labels?.[z];
      const { id, patient } = item;
      return { id: `${id}#${z}`, patient, image: data, ...(mask === undefined ? {} : { label: mask }) };
    });
  });
  return slices.flat();
}
