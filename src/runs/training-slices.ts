import { spread } from '../core/spread.ts';
import { channelsOf } from '../data/batch.ts';
import type { Case, Split } from '../data/dataset.ts';
import type { Preparation } from '../data/preparation.ts';
import { type PrepareOptions, prepareCases } from '../data/prepare.ts';
import type { TrainingSlices } from '../train/feeds.ts';

export interface TrainingSlicesOptions extends Pick<PrepareOptions, 'classes' | 'channels' | 'concurrency'> {
  /** Whether the method looks at slices without labels. Those that do not are spared the reading. Default true. */
  readonly unlabelled?: boolean;
  /** Cases of each part that are read, evenly over them. Default: all. */
  readonly cases?: number;
}

/**
 * The slices that a run trains on. Slices with labels are those of the labelled cases that are annotated; slices without are
 * all others of these cases, which may be annotated in part, and those of the unlabelled cases.
 *
 * @throws PatchclError as `prepareCases`
 */
export async function trainingSlices(
  { labelled, unlabelled }: Pick<Split, 'labelled' | 'unlabelled'>,
  preparation: Preparation,
  { unlabelled: wanted = true, cases, ...options }: TrainingSlicesOptions,
): Promise<TrainingSlices> {
  const some = (part: readonly Case[]) => (cases === undefined ? part : spread(part, cases));
  const annotated = await prepareCases(some(labelled), preparation, options);
  const slices = annotated.filter(({ label }) => label !== undefined);
  if (!wanted) return { labelled: slices, unlabelled: [] };
  const [first] = annotated;
  const channels = options.channels ?? (first && channelsOf(first, preparation.size));
  const rest = await prepareCases(some(unlabelled), preparation, {
    ...options,
    ...(channels !== undefined && { channels }),
  });
  return { labelled: slices, unlabelled: [...annotated.filter(({ label }) => label === undefined), ...rest] };
}
