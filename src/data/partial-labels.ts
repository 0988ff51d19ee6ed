import { PatchclError } from '../core/errors.ts';
import { onOneLine, orientationOf } from '../imaging/orientation.ts';
import type { LabelVolume, Volume } from '../imaging/volume.ts';
import type { Case } from './dataset.ts';
import type { Preparation } from './preparation.ts';

type PartlyLabelled = Pick<Case, 'id' | 'labelledSlices'>;

/**
 * The slices of a case that are annotated, in the orientation in which it is cut; undefined when all are.
 *
 * @param image as stored
 * @throws PatchclError `bad-data` when the scan is to be cut across other planes than those that were annotated
 */
export function annotatedSlices(
  { id, labelledSlices }: PartlyLabelled,
  { shape: [, depth], geometry: { affine } }: Volume,
  { orientation }: Pick<Preparation, 'orientation'>,
): readonly number[] | undefined {
  if (labelledSlices === undefined || orientation === undefined || affine === undefined) return labelledSlices;
  const [stored, wanted] = [orientationOf(affine)[2] as string, orientation[2] as string];
  if (stored === wanted) return labelledSlices;
  if (onOneLine(stored, wanted)) return labelledSlices.map((z) => depth - 1 - z).sort((a, b) => a - b);
  throw new PatchclError('bad-data', 'only some of its slices have labels, and they lie across other planes', {
    subject: id,
    hint: `Set data.orientation to stored, or label whole scans.`,
  });
}

/** Says whether a slice, counted as it is cut, is annotated. @throws PatchclError as `annotatedSlices` */
export function labelledAfter(item: PartlyLabelled, image: Volume, preparation: Preparation): (z: number) => boolean {
  const slices = annotatedSlices(item, image, preparation);
  if (slices === undefined) return () => true;
  const known = new Set(slices);
  return (z) => known.has(z);
}

/** The given slices of a scan or segmentation, one behind the other. */
export function takeSlices<T extends Volume | LabelVolume>({ data, shape, geometry }: T, slices: readonly number[]): T {
  const [depth, height, width] = shape.slice(-3) as [number, number, number];
  const plane = height * width;
  const channels = data.length / (depth * plane);
  const taken = new (data.constructor as new (length: number) => T['data'])(channels * slices.length * plane);
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (const z of slices) {
      const start = (channel * depth + z) * plane;
      taken.set(data.subarray(start, start + plane), at);
      at += plane;
    }
  }
  const taller = shape.length === 4 ? [channels, slices.length, height, width] : [slices.length, height, width];
  return { data: taken, shape: taller, geometry } as unknown as T;
}
