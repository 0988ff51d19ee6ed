import { Rng } from '../core/rng.ts';
import type { FloatTensor } from '../formats/safetensors.ts';
import { sizeOf } from '../graph/tensor.ts';
import type { Method } from '../methods/method.ts';
import type { MethodSettings } from '../methods/settings.ts';
import { networkSpecs, type OwnParameters, type StepShape } from '../methods/step-graph.ts';
import type { Optimiser } from '../nn/optimisers.ts';
import { initialise } from '../nn/parameters.ts';
import { slotName } from './program.ts';

/** Everything that training changes, by name: student, teacher, optimiser slots, the method's buffers. */
export type TrainingState = Record<string, FloatTensor>;

export type NetworkName = 'student' | 'teacher';

/**
 * The state before the first step: the teacher starts as a copy of the student, parameters of the method's own from their own
 * random values, all else at 0.
 */
export function initialState(
  method: Method,
  settings: MethodSettings,
  shape: StepShape,
  optimiser: Optimiser,
  seed: number,
  own: ReadonlyMap<string, Pick<OwnParameters, 'specs'>> = new Map(),
): TrainingState {
  const specs = networkSpecs(shape.network, settings.contrast.dimensions);
  const values = initialise(specs, new Rng(seed, 'initialise'));
  const state: TrainingState = {};
  for (const [name, spec] of Object.entries(specs)) {
    const data = values[name] as Float32Array;
    state[`student.${name}`] = { shape: spec.shape, data };
    state[`teacher.${name}`] = { shape: spec.shape, data: data.slice() };
    if (!spec.trainable) continue;
    for (const slot of optimiser.slots) state[slotName(slot, name)] = zeros(spec.shape);
  }
  for (const [owner, { specs }] of own) {
    const start = initialise(specs, new Rng(seed, 'initialise', owner));
    for (const [name, spec] of Object.entries(specs)) {
      state[`${owner}.${name}`] = { shape: spec.shape, data: start[name] as Float32Array };
      if (!spec.trainable) continue;
      for (const slot of optimiser.slots) state[slotName(slot, `${owner}.${name}`)] = zeros(spec.shape);
    }
  }
  for (const [name, bufferShape] of Object.entries(method.buffers?.(settings, shape) ?? {}))
    state[name] = zeros(bufferShape);
  return state;
}

function zeros(shape: readonly number[]): FloatTensor {
  return { shape, data: new Float32Array(sizeOf(shape)) };
}

/** The U-Net of one network, by the names of its parameters. */
export function unetWeights(state: Readonly<TrainingState>, network: NetworkName): Record<string, FloatTensor> {
  const prefix = `${network}.unet.`;
  return Object.fromEntries(
    Object.entries(state)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
}
