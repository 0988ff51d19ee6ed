import type { ImageShape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';

/** Of a convolution; none of them is needed. */
export interface ConvOptions {
  /** [Co], added to the result. */
  readonly bias?: Tensor | undefined;
  /** Zeros around the image on every side, fewer than the kernel is high or wide. Default 0. */
  readonly padding?: number;
  /** Pixels from one place of the kernel to the next. Default 1. */
  readonly stride?: number;
  /** Pixels from one tap of the kernel to the next. Default 1. */
  readonly dilation?: number;
}

/** Everything a convolution of stride 1 and its two gradients need to know about each other. */
export interface ConvAttributes {
  readonly padding: number;
  /** [N, Ci, H, W] */
  readonly inputShape: ImageShape;
  /** [Co, Ci, kh, kw] */
  readonly weightShape: ImageShape;
  /** [N, Co, Ho, Wo] */
  readonly outputShape: ImageShape;
}
