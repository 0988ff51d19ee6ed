import { extent } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { reshape, sumTo } from '../broadcast.ts';
import { planeSums } from '../planes.ts';

/** Gradient of a convolution's bias: sum of dy [N, C, H, W] over images and pixels, [C]. */
export function biasGradient(dy: Tensor): Tensor {
  const channels = extent(dy.shape, 1);
  return reshape(sumTo(planeSums(dy), [1, channels, 1, 1]), [channels]);
}
