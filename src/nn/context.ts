import { mul } from '../graph/elementwise.ts';
import { input } from '../graph/leaf.ts';
import { imageShape, type Tensor } from '../graph/tensor.ts';

/** A dropout mask that the caller has to feed: [N, C, 1, 1], 0 or 1 / (1 - rate). */
export interface MaskRequest {
  readonly name: string;
  readonly shape: readonly [number, number, 1, 1];
  readonly rate: number;
}

/**
 * What one forward pass does beside computing: training passes use batch statistics, ask for dropout masks and report new
 * running statistics; inference passes use what was learnt.
 */
export class ForwardContext {
  readonly training: boolean;
  readonly masks: MaskRequest[] = [];
  /** Next values of running statistics, by the tensor that holds the current ones. */
  readonly statistics = new Map<Tensor, Tensor>();
  readonly #name: string;

  /** @param name sets this pass's dropout masks apart from those of other passes in the same graph */
  constructor(options: { training: boolean; name?: string }) {
    this.training = options.training;
    this.#name = options.name ?? 'forward';
  }

  /** Drops whole channels of [N, C, H, W] with probability `rate` and scales the others up; nothing outside of training. */
  channelDropout(x: Tensor, rate: number): Tensor {
    if (!this.training || rate === 0) return x;
    const [n, channels] = imageShape(x, 'channelDropout');
    const request: MaskRequest = {
      name: `dropout.${this.#name}.${this.masks.length}`,
      shape: [n, channels, 1, 1],
      rate,
    };
    this.masks.push(request);
    return mul(x, input(request.name, request.shape));
  }
}
