import { PatchclError } from '../core/errors.ts';
import type { RankPlace } from '../core/ranks.ts';
import type { BatchIndices } from '../data/batch.ts';
import type { Config } from '../settings/config.ts';

/** Images of a step. */
type BatchSize = Pick<Config['batch'], 'labelled' | 'unlabelled'>;

/** Which images of every batch are one rank's: of both pools an equal share, in the order of the ranks. */
export class PartOfBatch {
  /** Images of one rank. */
  readonly labelled: number;
  readonly unlabelled: number;
  /** Place of the rank's first image among the labelled, and among the unlabelled, of the batch. */
  readonly firstLabelled: number;
  readonly firstUnlabelled: number;
  readonly #batch: BatchSize;

  /** @throws PatchclError `bad-config` when the batch cannot be shared evenly, as means over the ranks have to be */
  constructor(batch: BatchSize, { index, count }: RankPlace) {
    for (const pool of ['labelled', 'unlabelled'] as const) {
      if (batch[pool] % count === 0) continue;
      const problem = `a batch of ${batch[pool]} ${pool} images cannot be shared evenly by ${count} ranks`;
      const fitting = Math.ceil(batch[pool] / count) * count;
      const hint = `Start a number of ranks that divides it, or set batch.${pool} to a multiple, such as ${fitting}.`;
      throw new PatchclError('bad-config', problem, { subject: `batch.${pool}`, hint });
    }
    this.#batch = batch;
    this.labelled = batch.labelled / count;
    this.unlabelled = batch.unlabelled / count;
    this.firstLabelled = index * this.labelled;
    this.firstUnlabelled = index * this.unlabelled;
  }

  /** This rank's images of a batch. An empty pool stays empty. */
  of({ labelled, unlabelled }: BatchIndices): BatchIndices {
    return {
      labelled: labelled.slice(this.firstLabelled, this.firstLabelled + this.labelled),
      unlabelled: unlabelled.slice(this.firstUnlabelled, this.firstUnlabelled + this.unlabelled),
    };
  }

  /** Place in the whole batch, labelled images first, of an image by its place in this rank's part. */
  placeInBatch(image: number): number {
    return image < this.labelled
      ? this.firstLabelled + image
      : this.#batch.labelled + this.firstUnlabelled + image - this.labelled;
  }
}
