import { PatchclError } from '../core/errors.ts';
import { type OrientedView, orientedView, reorient } from '../imaging/orientation.ts';
import { resizeAntialiased, resizeBilinearPlanes, resizeNearest, type Size } from '../imaging/resize.ts';
import { IGNORED, type LabelVolume, type Volume } from '../imaging/volume.ts';
import { mapConcurrently } from './concurrency.ts';
import { cropPlane, keptWindow, preparedSize } from './crop.ts';
import type { Case, Slice } from './dataset.ts';
import { eachWithNeighbours, neighboursOf, stacksOf, withNeighbours } from './neighbours.ts';
import { type Bounds, boundsOf, stretch } from './normalise.ts';
import { labelledAfter } from './partial-labels.ts';
import type { Preparation } from './preparation.ts';
import { readCase } from './read-case.ts';

/** A scan or segmentation in the axes along which the network sees it. */
export function orient<T extends Volume | LabelVolume>(
  volume: T,
  { orientation }: Pick<Preparation, 'orientation'>,
): T {
  return orientation === undefined ? volume : reorient(volume, orientation);
}

/**
 * The slices of one scan as the network sees them: brought to the orientation of the preparation, intensities in [0, 1],
 * cropped, resized (bilinear).
 *
 * @param subject for messages
 * @returns one [channels, height, width] array per slice, in order of depth; see `preparedSize`
 */
export function prepareVolume(scan: Volume, preparation: Preparation, subject: string): Float32Array[] {
  return [...preparedSlices(scan, preparation, subject)];
}

/**
 * As `prepareVolume`, one slice at a time: of a scan of any size no copy is made.
 *
 * @throws PatchclError as `normaliseVolume`, before the first slice
 */
export function preparedSlices(scan: Volume, preparation: Preparation, subject: string): Generator<Float32Array> {
  const view = orientedView(scan, preparation.orientation);
  const bounds = Array.from({ length: scan.shape[0] }, (_, channel) =>
    boundsOf(slicesOf(view, channel), preparation, subject),
  );
  return prepareEach(view, bounds, preparation);
}

function* slicesOf(view: OrientedView, channel: number): Generator<Float32Array> {
  for (let z = 0; z < view.shape[1]; z++) yield view.slice(channel, z);
}

function* prepareEach(
  view: OrientedView,
  bounds: readonly Bounds[],
  preparation: Preparation,
): Generator<Float32Array> {
  const [channels, depth, height, width] = view.shape;
  const window = keptWindow([height, width], preparation);
  const target = preparedSize([height, width], preparation);
  const pixels = window.height * window.width;
  const resize = preparation.antialias === true ? resizeAntialiased : resizeBilinearPlanes;
  for (let z = 0; z < depth; z++) {
    const kept = new Float32Array(channels * pixels);
    for (let channel = 0; channel < channels; channel++) {
      const plane = cropPlane(view.slice(channel, z), 0, [height, width], window);
      stretch(plane, bounds[channel] as Bounds);
      kept.set(plane, channel * pixels);
    }
    yield resize(kept, channels, [window.height, window.width], target);
  }
}

/**
 * The images that the network gets of one scan, one for each slice: its channels, behind those of the slices before it and before
 * those of the slices after it where the preparation has `context`.
 *
 * @param subject for messages
 * @returns [planes * channels, height, width] each, in order of depth; planes as `planesOf`
 */
export function networkImages(scan: Volume, preparation: Preparation, subject: string): readonly Float32Array[] {
  return withNeighbours(prepareVolume(scan, preparation, subject), preparation.context);
}

/**
 * As `networkImages`, one at a time: of a scan of any size no copy is made.
 *
 * @throws PatchclError as `normaliseVolume`, before the first image
 */
export function eachNetworkImage(scan: Volume, preparation: Preparation, subject: string): Iterable<Float32Array> {
  return eachWithNeighbours(preparedSlices(scan, preparation, subject), preparation.context);
}

/** The slices of one segmentation, turned, cropped and resized (nearest) as `prepareVolume` does: [height, width] each. */
export function prepareLabel(stored: LabelVolume, preparation: Preparation): Uint8Array[] {
  const label = orient(stored, preparation);
  const [depth, height, width] = label.shape;
  const window = keptWindow([height, width], preparation);
  const target = preparedSize([height, width], preparation);
  return Array.from({ length: depth }, (_, z) => {
    const kept = cropPlane(label.data, z * height * width, [height, width], window);
    return resizeNearest(kept, [window.height, window.width], target);
  });
}

/** @throws PatchclError `bad-data` when an image has another number of channels than those it goes with */
export function checkChannels(
  { shape: [channels] }: Volume,
  expected: { readonly channels: number; readonly of: string },
  subject: string,
): void {
  if (channels === expected.channels) return;
  const problem = `the image has ${channels} channel(s), ${expected.of} have ${expected.channels}`;
  const hint = 'Save all images of a data set in one colour format.';
  throw new PatchclError('bad-data', problem, { subject, hint });
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
 * Reads cases and turns them into slices, in order of the cases: of one size, or with tiles of the size each scan has. Cases
 * without `label` give slices without, and so do slices that are not among the `labelledSlices` of their case, or of which no pixel
 * is annotated.
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
  const { context = 0 } = preparation;
  let done = 0;
  const prepared = new Map<string, Float32Array>();
  const slices = await mapConcurrently(cases, concurrency, async (item) => {
    const { image, label } = await readCase(item, classes);
    const subject = item.imagePath ?? item.id;
    expected ??= { channels: image.shape[0], of: subject };
    checkChannels(image, expected, subject);
    const images = prepareVolume(image, preparation, subject);
    const labels = label === undefined ? undefined : prepareLabel(label, preparation);
    const isLabelled = labelledAfter(item, image, preparation);
    const size = preparation.tiles && sliceSize(orient(image, preparation), preparation);
    if (context > 0 && item.neighbour !== undefined) prepared.set(item.id, images[0] as Float32Array);
    const stacks = context > 0 ? stacksOf(images, context) : [];
    done++;
    onProgress?.(done, cases.length);
    return images.map((data, z): Slice => {
      const drawn = isLabelled(z) ? labels?.[z] : undefined;
      // A slice of which nothing is annotated is an unlabelled one.
      const mask = drawn?.every((value) => value === IGNORED) ? undefined : drawn;
      const { id, patient } = item;
      return {
        id: `${id}#${z}`,
        patient,
        image: data,
        ...(mask === undefined ? {} : { label: mask }),
        ...(size && { size }),
        ...(context > 0 && { stack: stacks[z] as Float32Array[] }),
      };
    });
  });
  if (context === 0 || !cases.some(({ neighbour }) => neighbour !== undefined)) return slices.flat();
  const read = async (item: Pick<Case, 'id' | 'image' | 'imagePath'>) => {
    const [image, subject] = [await item.image(), item.imagePath ?? item.id];
    checkChannels(image, expected as NonNullable<typeof expected>, subject);
    return prepareVolume(image, preparation, subject)[0] as Float32Array;
  };
  const stacked = await mapConcurrently(cases, concurrency, async (item, i) => {
    const [slice] = slices[i] as [Slice];
    if (item.neighbour === undefined) return slices[i] as Slice[];
    return [{ ...slice, stack: await neighboursOf(item, context, prepared, read) }];
  });
  return stacked.flat();
}

function sliceSize({ shape: [, , height, width] }: Volume, preparation: Preparation): Size {
  return preparedSize([height, width], preparation);
}
