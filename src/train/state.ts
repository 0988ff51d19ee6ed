import { PatchclError } from '../core/errors.ts';
import { Rng } from '../core/rng.ts';
import type { FloatTensor } from '../formats/index.ts';
import { sizeOf } from '../graph/index.ts';
import {
  type Method,
  type MethodSettings,
  networkSpecs,
  type OwnParameters,
  type StepShape,
} from '../methods/index.ts';
import type { Optimiser } from '../nn/optimisers.ts';
import { initialise, type ParameterSpec } from '../nn/parameters.ts';
import { groupOf, slotName, stepsName } from './program.ts';

/** Everything that training changes, by name: student, teacher, optimiser slots, the method's buffers. */
export type TrainingState = Record<string, FloatTensor>;

export type NetworkName = 'student' | 'teacher';

export interface InitialStateOptions {
  readonly method: Method;
  readonly settings: MethodSettings;
  readonly shape: StepShape;
  readonly optimiser: Optimiser;
  readonly seed: number;
  /** What the method trains beside the student, by owner. Default: nothing. */
  readonly own?: ReadonlyMap<string, Pick<OwnParameters, 'specs'>>;
}

/**
 * The state before the first step: the teacher starts as a copy of the student, parameters of the method's own from their own
 * random values, all else at 0.
 */
export function initialState(options: InitialStateOptions): TrainingState {
  const { method, settings, shape, optimiser, seed, own = new Map() } = options;
  const student = networkSpecs(shape.network, settings.contrast);
  const state: TrainingState = {};
  const add = (owner: string, specs: OwnParameters['specs'], rng: Rng) => {
    for (const [name, data] of Object.entries(initialise(specs, rng))) {
      const { shape, trainable } = specs[name] as ParameterSpec;
      state[`${owner}.${name}`] = { shape, data };
      if (!trainable) continue;
      for (const slot of optimiser.slots) state[slotName(slot, `${owner}.${name}`)] = zeros(shape);
      if (optimiser.countsSteps) state[stepsName(groupOf(owner, name))] = zeros([1]);
    }
  };
  add('student', student, new Rng(seed, 'initialise'));
  for (const name of Object.keys(student)) {
    const { shape, data } = state[`student.${name}`] as FloatTensor;
    state[`teacher.${name}`] = { shape, data: data.slice() };
  }
  for (const [owner, { specs }] of own) add(owner, specs, new Rng(seed, 'initialise', owner));
  for (const [name, bufferShape] of Object.entries(method.buffers?.(settings, shape) ?? {}))
    state[name] = zeros(bufferShape);
  return state;
}

/**
 * Puts a trained U-Net in place of the random one, in student and teacher.
 *
 * @param weights by the names of its parameters
 * @param subject whose they are, for messages
 * @throws PatchclError `bad-usage` where the network is another one
 */
export function startFromWeights(
  state: TrainingState,
  weights: Readonly<Record<string, FloatTensor>>,
  subject: string,
): void {
  const shapes = (tensors: Readonly<Record<string, FloatTensor>>, name: string) =>
    tensors[name] === undefined ? 'nothing' : `[${tensors[name].shape.join(', ')}]`;
  const own = unetWeights(state, 'student');
  const other = [...new Set([...Object.keys(own), ...Object.keys(weights)])].find(
    (name) => shapes(own, name) !== shapes(weights, name),
  );
  if (other !== undefined) {
    const problem = `it has another network: ${other} is ${shapes(weights, other)} where ${shapes(own, other)} is needed`;
    const hint =
      'Train the same network: see network and data.context in config.yaml of that run, and widths in its run.json.';
    throw new PatchclError('bad-usage', problem, { subject, hint });
  }
  for (const [name, { shape, data }] of Object.entries(weights))
    for (const network of ['student', 'teacher'] as const)
      state[`${network}.unet.${name}`] = { shape, data: data.slice() };
}

/**
 * Whether a training can go on from a state.
 *
 * @param start what the training would start from
 * @throws PatchclError `bad-file` when the state holds other tensors, or other shapes
 */
export function checkState(state: Readonly<TrainingState>, start: Readonly<TrainingState>): void {
  const describe = (tensors: Readonly<TrainingState>, name: string) =>
    tensors[name] === undefined ? 'nothing' : `[${tensors[name].shape.join(', ')}]`;
  const names = new Set([...Object.keys(start), ...Object.keys(state)]);
  const other = [...names].find((name) => describe(state, name) !== describe(start, name));
  if (other === undefined) return;
  const problem = `its ${other} is ${describe(state, other)} where ${describe(start, other)} was expected`;
  throw new PatchclError('bad-file', `${problem}: another version of patchcl has written it`, {
    subject: 'the checkpoint',
    hint: 'Go on with that version, or start a new run.',
  });
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
