import type { Tensor } from '../graph/index.ts';
import type { View } from './feeds.ts';

/** Logits of a network for the student's batch. */
export interface BatchLogits {
  /** [labelled, K, S, S] */
  readonly labelled: Tensor;
  /** [unlabelled, K, S, S]; absent where the phase feeds none. */
  readonly unlabelled?: Tensor;
}

/** Boxes of labelled images in the unlabelled ones that the student sees. */
export interface Pasted {
  /** 1 within the box of an image, else 0: [unlabelled, 1, S, S] */
  readonly boxes: Tensor;
  /** One-hot labels of the image that the box was taken from: [unlabelled, K, S, S] */
  readonly labels: Tensor;
  /** 1 where these are annotated, else 0: [unlabelled, 1, S, S]; absent where all are. */
  readonly annotated?: Tensor;
}

/** What of a phase its graph depends on. */
export interface StepGraphOptions {
  /** Whether the student sees unlabelled images. */
  readonly usesUnlabelled: boolean;
  /** How the unlabelled images that the student sees are augmented. Default `strong`. */
  readonly unlabelledView?: View;
}
