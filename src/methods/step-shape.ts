import type { RankPlace } from '../core/ranks.ts';
import type { UNetOptions } from '../nn/unet.ts';

/** What is fixed for a whole training. */
export interface StepShape {
  readonly network: UNetOptions;
  /** Side of the square training images, pixels. */
  readonly size: number;
  /** Labelled and unlabelled images per step, of one rank where there are several. */
  readonly labelled: number;
  readonly unlabelled: number;
  /** Whether slices of the labelled masks show every class in one connected part. */
  readonly singleParts?: boolean;
  /** Whether some pixels of labelled images are not annotated (`IGNORED`): they take part in no loss. */
  readonly ignores?: boolean;
  /** The rank that the graph is for, of several that share a batch. */
  readonly place?: RankPlace;
}
