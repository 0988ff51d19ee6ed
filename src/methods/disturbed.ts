import { add, concat, maximum, minimum, mul, type Tensor } from '../graph/index.ts';
import { ForwardContext } from '../nn/context.ts';
import { decode } from '../nn/unet.ts';
import type { StepGraph } from './step-graph.ts';

/** Noise is cut off at so many standard deviations. */
const NOISE_LIMIT = 2;

/** What the teacher's head sees when its images are disturbed, and the pass that it was computed in. */
export interface Disturbed {
  /** [passes * unlabelled, widths[0], H, W], pass by pass */
  readonly features: Tensor;
  readonly context: ForwardContext;
}

/** The teacher on noisy copies of the weakly augmented unlabelled images, with dropout in its coarsest level (`uncertainty`). */
export function disturbedFeatures(step: StepGraph): Disturbed {
  const { passes, noise, dropout } = step.settings.uncertainty;
  const images = step.unlabelledWeakImages();
  const copies = concat(
    Array.from({ length: passes }, () => images),
    0,
  );
  const limited = maximum(minimum(step.normal('noise', copies.shape), NOISE_LIMIT), -NOISE_LIMIT);
  const { network } = step.shape;
  const rates = network.widths.map((_, level) => (level === network.widths.length - 1 ? dropout : 0));
  const context = step.context(new ForwardContext({ training: true, name: 'disturbed' }));
  const noisy = add(copies, mul(limited, noise));
  return { features: decode(step.teacher.unet, noisy, { ...network, dropout: rates }, context), context };
}
