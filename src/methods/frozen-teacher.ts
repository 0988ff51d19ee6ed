import { input, reshape, type Shape, stopGradient, type Tensor, where } from '../graph/index.ts';
import { withoutDropout } from '../nn/context.ts';
import { fill, namedSpecs } from '../nn/parameters.ts';
import { type UNetOptions, type UNetParameters, unet, unetSpec } from '../nn/unet.ts';
import type { Objective } from './method.ts';
import type { StepGraph } from './step-graph.ts';

/** The number of the round that the copy is of, 0 before the first. */
const ROUND = 'frozen.round';
const nameOf = (parameter: string) => `frozen.${parameter}`;

/** A teacher that stands still, and what has to be kept of it. */
export interface FrozenTeacher {
  /** Logits of the weakly augmented unlabelled images, without gradient: [unlabelled, K, S, S]. */
  readonly logits: Tensor;
  readonly buffers: Objective['buffers'];
}

/**
 * The teacher as it was at the first step of a round: it labels the round's images, and what it says does not drift with the student.
 *
 * @param round its number, from 1 on, scalar
 * @param differs whether that is another one than the copy is of, from both numbers
 */
export function frozenTeacher(
  step: StepGraph,
  round: Tensor,
  differs: (round: Tensor, last: Tensor) => Tensor,
): FrozenTeacher {
  const { network } = step.shape;
  const current = reshape(round, [1]);
  const last = input(ROUND, [1]);
  const isNew = differs(current, last);
  const copies = Object.keys(namedSpecs({ unet: unetSpec(network) })).map((name) => {
    const teacher = step.teacher.named[name] as Tensor;
    const kept = input(nameOf(name), teacher.shape);
    return { name, kept, next: where(isNew, stopGradient(teacher), kept) };
  });
  const leaves = Object.fromEntries(copies.map(({ name, next }) => [name, next]));
  const { unet: parameters } = fill({ unet: unetSpec(network) }, leaves) as { unet: UNetParameters };
  const context = withoutDropout();
  return {
    logits: stopGradient(unet(parameters, step.unlabelledWeakImages(), network, context)),
    buffers: {
      [ROUND]: { current: last, next: current },
      ...Object.fromEntries(copies.map(({ name, kept, next }) => [nameOf(name), { current: kept, next }])),
    },
  };
}

/** Shapes of what {@link frozenTeacher} keeps. */
export function frozenShapes(network: UNetOptions): Record<string, Shape> {
  const specs = Object.entries(namedSpecs({ unet: unetSpec(network) }));
  return { [ROUND]: [1], ...Object.fromEntries(specs.map(([name, { shape }]) => [nameOf(name), shape])) };
}
