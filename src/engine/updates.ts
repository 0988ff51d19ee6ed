import { add, gradients, input, shapeError, type Tensor } from '../graph/index.ts';
import type { Optimiser } from '../nn/optimisers.ts';
import type { Named } from '../nn/parameters.ts';

/** What a step keeps: every tensor of the training state, and what follows it. */
export interface Update {
  readonly name: string;
  readonly current: Tensor;
  readonly next: Tensor;
}

const STEPS = 'optimiser.steps';

/** Name of a parameter in the training state. */
export const stateName = (parameter: string) => `parameter.${parameter}`;

/**
 * The optimiser's updates of parameters, of what it remembers of each, and of the number of steps where it counts them.
 *
 * @throws PatchclError `shape` for a loss that is no scalar, or that does not depend on a parameter
 */
export function updatesOf(loss: Tensor, parameters: Named<Tensor>, optimiser: Optimiser): readonly Update[] {
  const [learningRate, steps] = [input('learningRate', []), input(STEPS, [1])];
  const step = add(steps, 1);
  const found = gradients(loss, Object.values(parameters));
  const moved = Object.entries(parameters).flatMap(([name, parameter], i): Update[] => {
    const gradient = found[i];
    if (gradient === undefined) throw shapeError('trainer', `the loss does not depend on the parameter ${name}`);
    const slots = optimiser.slots.map((slot) => ({ name: `optimiser.${slot}.${name}` }));
    const current = slots.map((slot) => input(slot.name, parameter.shape));
    const next = optimiser.update({ parameter, gradient, slots: current, learningRate, step });
    return [
      { name: stateName(name), current: parameter, next: next.parameter },
      ...slots.map((slot, at) => ({ ...slot, current: current[at] as Tensor, next: next.slots[at] as Tensor })),
    ];
  });
  return optimiser.countsSteps ? [...moved, { name: STEPS, current: steps, next: step }] : moved;
}
