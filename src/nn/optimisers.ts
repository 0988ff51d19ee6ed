import { add, div, exp, mul, sqrt, square, sub, type Tensor } from '../graph/index.ts';

/** What an update depends on. */
export interface OptimiserInputs {
  readonly parameter: Tensor;
  /** Of the parameter, of its shape. */
  readonly gradient: Tensor;
  /** What {@link Optimiser.slots} names, in that order. */
  readonly slots: readonly Tensor[];
  readonly learningRate: Tensor;
  /** 1 for the first step that trains the parameter, then counting. */
  readonly step: Tensor;
}

/** A parameter's update: what it remembers between steps, and how it moves. */
export interface Optimiser {
  /** Names of the tensors remembered for each parameter, all of its shape and 0 at the start. */
  readonly slots: readonly string[];
  /** Whether an update depends on the number of updates before it. */
  readonly countsSteps: boolean;
  /** New parameter and new slots. */
  update(inputs: OptimiserInputs): Pick<OptimiserInputs, 'parameter' | 'slots'>;
}

/** Of gradient descent; none of them is needed. */
export interface SgdOptions {
  /** Default 0.9. */
  readonly momentum?: number;
  /** Added to the gradient as decay * parameter. Default 0. */
  readonly weightDecay?: number;
}

/** Stochastic gradient descent with momentum and L2 weight decay, as in PyTorch: v = m v + g + d p, p = p - lr v. */
export function sgd({ momentum = 0.9, weightDecay = 0 }: SgdOptions = {}): Optimiser {
  return {
    slots: ['momentum'],
    countsSteps: false,
    update({ parameter, gradient, slots, learningRate }) {
      const [velocity] = slots as readonly [Tensor];
      const decayed = add(gradient, mul(parameter, weightDecay));
      const next = add(mul(velocity, momentum), decayed);
      return { parameter: sub(parameter, mul(next, learningRate)), slots: [next] };
    },
  };
}

/** Of AdamW; none of them is needed. */
export interface AdamWOptions {
  /** Share of the mean gradient that is kept each step. Default 0.9. */
  readonly beta1?: number;
  /** The same of the mean square. Default 0.999. */
  readonly beta2?: number;
  /** Decoupled: the parameter shrinks by learning rate * decay each step. Default 0. */
  readonly weightDecay?: number;
}

const ADAM_EPSILON = 1e-8;

/** Adam with decoupled weight decay. Source: Loshchilov & Hutter, "Decoupled weight decay regularization", ICLR 2019. */
export function adamW({ beta1 = 0.9, beta2 = 0.999, weightDecay = 0 }: AdamWOptions = {}): Optimiser {
  return {
    slots: ['mean', 'square'],
    countsSteps: true,
    update({ parameter, gradient, slots, learningRate, step }) {
      const [first, second] = slots as readonly [Tensor, Tensor];
      const mean = add(mul(first, beta1), mul(gradient, 1 - beta1));
      const meanSquare = add(mul(second, beta2), mul(square(gradient), 1 - beta2));
      // lr m / c1 / (sqrt(v / c2) + epsilon) with the bias corrections c1, c2 moved into scalars: fewer passes over memory.
      const [correction1, correction2] = [beta1, beta2].map((beta) => sub(1, power(beta, step))) as [Tensor, Tensor];
      const rate = div(mul(learningRate, sqrt(correction2)), correction1);
      const scale = add(sqrt(meanSquare), mul(sqrt(correction2), ADAM_EPSILON));
      const shrunk = mul(parameter, sub(1, mul(learningRate, weightDecay)));
      return { parameter: sub(shrunk, mul(div(mean, scale), rate)), slots: [mean, meanSquare] };
    },
  };
}

/** base^exponent for a positive constant base. */
function power(base: number, exponent: Tensor): Tensor {
  return exp(mul(exponent, Math.log(base)));
}

/** teacher = decay * teacher + (1 - decay) * student. */
export function exponentialMovingAverage(teacher: Tensor, student: Tensor, decay: Tensor): Tensor {
  return add(student, mul(sub(teacher, student), decay));
}
