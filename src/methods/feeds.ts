import type { BoxOptions } from '../data/augment/boxes.ts';
import type { Shape, Tensor } from '../graph/index.ts';

/** How an image is augmented: its geometry alone, or its intensities too. */
export type View = 'weak' | 'strong';

/** What a step wants fed beside its state; the batch maker knows how to make each kind. */
export type FeedRequest =
  | { readonly kind: 'student-images'; readonly unlabelled: View } // labelled, then unlabelled: [N, C, S, S]
  | { readonly kind: 'labels' } // int32 [labelled, S, S]
  | { readonly kind: 'labelled-weak' } // the labelled images with weak augmentation only: [labelled, C, S, S]
  | { readonly kind: 'unlabelled-weak' } // [unlabelled, C, S, S]
  | { readonly kind: 'boxes'; readonly options: BoxOptions } // 1 within a random box: [n, 1, S, S]
  | { readonly kind: 'uniform' } // random numbers in [0, 1)
  | { readonly kind: 'normal' } // of mean 0 and deviation 1
  | { readonly kind: 'dropout'; readonly rate: number } // 0 or 1 / (1 - rate)
  | { readonly kind: 'scheduled' }; // a scalar that changes over training

/** A graph input of a step: what is asked for, under which name, and in which shape. */
export type Feed = FeedRequest & { readonly name: string; readonly shape: Shape; readonly tensor: Tensor };

/** Scalars that a schedule sets for each step. */
export type ScheduledName = 'beta' | 'gamma' | 'lambda' | 'progress';
