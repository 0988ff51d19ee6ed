import { type ConvOptions, conv2d, imageShape, inferenceConv, input, mul, type Tensor } from '../graph/index.ts';

/** A dropout mask that the caller has to feed: [N, C, 1, 1], 0 or 1 / (1 - rate). */
export interface MaskRequest {
  readonly name: string;
  readonly shape: readonly [number, number, 1, 1];
  readonly rate: number;
  /** The graph input to feed. */
  readonly tensor: Tensor;
}

export interface ForwardOptions {
  readonly training: boolean;
  /** Default: while training. A teacher trains without. */
  readonly dropout?: boolean;
  /** Sets this pass's dropout masks apart from those of other passes in the same graph. */
  readonly name?: string;
}

/**
 * What one forward pass does beside computing: training passes use batch statistics, ask for dropout masks and report new
 * running statistics; inference passes use what was learnt.
 */
export class ForwardContext {
  readonly training: boolean;
  readonly #dropout: boolean;
  readonly masks: MaskRequest[] = [];
  /** Next values of running statistics, by the tensor that holds the current ones. */
  readonly statistics = new Map<Tensor, Tensor>();
  readonly #name: string;

  constructor(options: ForwardOptions) {
    this.training = options.training;
    this.#dropout = options.dropout ?? options.training;
    this.#name = options.name ?? 'forward';
  }

  /** A convolution, while training one that gradients go through; as `conv2d`. */
  convolve(x: Tensor, weight: Tensor, options: ConvOptions): Tensor {
    return (this.training ? conv2d : inferenceConv)(x, weight, options);
  }

  /** Drops whole channels of [N, C, H, W] with probability `rate` and scales the others up; nothing without dropout. */
  channelDropout(x: Tensor, rate: number): Tensor {
    if (!this.#dropout || rate === 0) return x;
    const [n, channels] = imageShape(x, 'channelDropout');
    const name = `dropout.${this.#name}.${this.masks.length}`;
    const shape = [n, channels, 1, 1] as const;
    const tensor = input(name, shape);
    this.masks.push({ name, shape, rate, tensor });
    return mul(x, tensor);
  }
}

/** A training pass, by batch statistics, that drops nothing. */
export function withoutDropout(): ForwardContext {
  return new ForwardContext({ training: true, dropout: false });
}
