import { valuesIn } from '../data/classes.ts';
import { mapConcurrently } from '../data/concurrency.ts';
import { placeBack, preparedSize } from '../data/crop.ts';
import type { Case } from '../data/dataset.ts';
import { annotatedSlices, takeSlices } from '../data/partial-labels.ts';
import type { Preparation } from '../data/preparation.ts';
import { checkChannels, networkImages, orient } from '../data/prepare.ts';
import { readCase } from '../data/read-case.ts';
import { keepLargestComponents } from '../imaging/components.ts';
import type { LabelVolume } from '../imaging/volume.ts';
import { countOverlap, dice } from '../metrics/overlap.ts';
import type { NetworkSession } from '../predict/network-session.ts';
import { runSlices } from '../predict/run-slices.ts';

/** A validation scan, read and prepared once; of one that is annotated in part, the annotated slices. */
export interface ValidationCase {
  readonly id: string;
  /** As the network sees them, see `networkImages`. */
  readonly slices: readonly Float32Array[];
  /** In the orientation of the slices. */
  readonly label: LabelVolume;
  /** Whether the slices lie one behind the other. */
  readonly isWhole: boolean;
}

export async function prepareValidation(
  cases: readonly Case[],
  preparation: Preparation,
  classes: number,
  channels: number,
): Promise<ValidationCase[]> {
  return mapConcurrently(cases, 4, async (item) => {
    const { image, label } = await readCase(item, classes);
    const subject = item.imagePath ?? item.id;
    checkChannels(image, { channels, of: 'the training images' }, subject);
    const slices = networkImages(image, preparation, subject);
    const turned = orient(label as LabelVolume, preparation);
    const annotated = annotatedSlices(item, image, preparation);
    if (annotated === undefined) return { id: item.id, slices, label: turned, isWhole: true };
    return {
      id: item.id,
      slices: annotated.map((z) => slices[z] as Float32Array),
      label: takeSlices(turned, annotated),
      isWhole: false,
    };
  });
}

/** Foreground classes that some mask has; of the others nothing can be said. */
export function presentClasses(cases: readonly ValidationCase[], classes: number): number[] {
  const found = new Set<number>();
  for (const { label } of cases) for (const value of valuesIn(label.data)) found.add(value);
  return Array.from({ length: classes - 1 }, (_, i) => i + 1).filter((klass) => found.has(klass));
}

export interface ValidationOptions {
  readonly preparation: Preparation;
  readonly classes: number;
  /** Classes that are measured; default: those that some mask of the cases has. */
  readonly measured?: readonly number[];
  /** Classes of which only the largest connected part counts. */
  readonly cleaned?: readonly number[];
}

/**
 * Mean Dice of whole volumes in native resolution, over cases and measured classes; null where there are none. Pixels that nobody has
 * annotated do not count.
 */
export async function validationDice(
  session: NetworkSession,
  cases: readonly ValidationCase[],
  { preparation, classes, measured = presentClasses(cases, classes), cleaned = [] }: ValidationOptions,
): Promise<number | null> {
  if (cases.length * measured.length === 0) return null;
  // All scans in one stream: batches stay full across their borders.
  const slices = cases.flatMap(
    ({
      slices,
      label: {
        shape: [, height, width],
      },
    }) => {
      const size = preparedSize([height, width], preparation);
      return slices.map((image) => ({ image, size }));
    },
  );
  // Tiles side by side: networks are compared with each other here, and validation is time that training does not get.
  const fitting = preparation.tiles ? { ...preparation, tiles: { ...preparation.tiles, overlap: 0 } } : preparation;
  const stream = runSlices((images) => session.probabilities(images), slices, fitting, classes);
  let total = 0;
  for (const { label, isWhole } of cases) {
    const [depth, height, width] = label.shape;
    const prediction = new Uint8Array(depth * height * width);
    for (let z = 0; z < depth; z++) {
      const { value } = await stream.next();
      prediction.set(placeBack(value as Float32Array, classes, preparation, [height, width]), z * height * width);
    }
    const kept = isWhole ? keepLargestComponents({ ...label, data: prediction }, cleaned).data : prediction;
    const counts = countOverlap(kept, label.data, classes);
    for (const klass of measured) total += dice(counts, klass);
  }
  return total / (cases.length * measured.length);
}
