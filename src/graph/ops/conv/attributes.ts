import type { Shape } from '../../shape.ts';

export interface ConvOptions {
  /** Zeros around the image on every side, fewer than the kernel is high or wide. Default 0. */
  readonly padding?: number;
}

/** Everything a convolution and its two gradients need to know about each other. */
export interface ConvAttributes extends Required<ConvOptions> {
  /** [N, Ci, H, W] */
  readonly inputShape: Shape;
  /** [Co, Ci, kh, kw] */
  readonly weightShape: Shape;
  /** [N, Co, Ho, Wo] */
  readonly outputShape: Shape;
}
