import { Rng } from '../core/rng.ts';
import { input, sizeOf, type Tensor, toOnnx } from '../graph/index.ts';
import type { Optimiser } from '../nn/optimisers.ts';
import { type Filled, fill, initialise, mapNamed, type Named, namedSpecs } from '../nn/parameters.ts';
import { floats, type NamedValues, type Runtime, type Session, scalarValue, type Values } from '../runtime/runtime.ts';
import { nextName, startSteps } from '../runtime/stateful.ts';
import { type Feeds, feedsOf, type InputSpecs, type InputTensors, inputTensors } from './inputs.ts';
import { stateName, updatesOf } from './updates.ts';

/** What a model computes: the loss, a scalar, and whatever else is to be seen. */
export type ModelOutputs = { readonly loss: Tensor } & Readonly<Record<string, Tensor>>;

/** The loss, and the numbers of the other outputs, in C order. */
export type Results<Outputs> = { readonly [Name in keyof Outputs]: Name extends 'loss' ? number : Float32Array };

/** What a training is made of. */
export interface TrainerOptions<Parameters extends object, Inputs, Outputs extends ModelOutputs> {
  /** Nested objects and arrays of parameter specs (`kaiming`, `zeros`, `ones`). */
  readonly parameters: Parameters;
  readonly inputs: Inputs;
  /** From parameters, in the shape of their tree, and inputs to the loss and other outputs. */
  readonly model: (parameters: Filled<Parameters, Tensor>, inputs: InputTensors<Inputs>) => Outputs;
  /** `sgd` or `adamW`, or one of your own. */
  readonly optimiser: Optimiser;
  /** Of each step, counted from 0, where it is a function. */
  readonly learningRate: number | ((step: number) => number);
  /** Of the parameters' first values. Default 1. */
  readonly seed?: number;
}

/** A network in training. */
export interface Trainer<Parameters extends object, Inputs, Outputs> {
  /** Learns from one batch. @returns outputs as they were before it */
  step(feeds: Feeds<Inputs>): Promise<Results<Outputs>>;
  /** The same outputs, and nothing is learnt. */
  evaluate(feeds: Feeds<Inputs>): Promise<Results<Outputs>>;
  /** Values of the parameters by their dotted names, e.g. `hidden.weight`. */
  parameters(): Promise<Readonly<Record<string, Float32Array>>>;
  /**
   * The network as an ONNX model, its parameters constants of it.
   *
   * @param build from parameters and inputs to what the model gives, by name
   */
  toOnnx<const Own extends InputSpecs>(
    inputs: Own,
    build: (parameters: Filled<Parameters, Tensor>, inputs: InputTensors<Own>) => Readonly<Record<string, Tensor>>,
  ): Promise<Uint8Array>;
  /** Frees what the runtime holds. */
  dispose(): Promise<void>;
}

/**
 * Trains a network of your own: the model's gradients and the optimiser's updates become one ONNX model, which the runtime runs
 * once a step.
 *
 * @example
 * const net = await trainer(await nodeRuntime(), {
 *   parameters: { weight: zeros([1, 2]), bias: zeros([1]) },
 *   inputs: { x: [4, 2], y: [4, 1] },
 *   model: (p, { x, y }) => ({ loss: mean(square(sub(linear(x, p), y))) }),
 *   optimiser: sgd(),
 *   learningRate: 0.1,
 * });
 * const { loss } = await net.step({ x: [0, 0, 0, 1, 1, 0, 1, 1], y: [0, 1, 1, 2] });
 * @throws PatchclError `shape` where tensors do not fit or the loss is no scalar; `unsupported` from the runtime
 */
export async function trainer<Parameters extends object, const Inputs extends InputSpecs, Outputs extends ModelOutputs>(
  runtime: Runtime,
  options: TrainerOptions<Parameters, Inputs, Outputs>,
): Promise<Trainer<Parameters, Inputs, Outputs>> {
  const { parameters, inputs, optimiser, learningRate, seed = 1 } = options;
  const { target } = runtime;
  const specs = namedSpecs(parameters);
  const named = mapNamed(specs, ({ shape }, name) => input(stateName(name), shape));
  const filled = fill<Parameters, Tensor>(parameters, named);
  const first = initialise(specs, new Rng(seed, 'trainer'));
  const trained = Object.fromEntries(Object.entries(named).filter(([name]) => specs[name]?.trainable));
  // What is not trained never changes.
  const fixed = Object.entries(named).filter(([name]) => !(name in trained));
  const constants = new Map(fixed.map(([name, tensor]) => [tensor, first[name] as Float32Array]));

  const outputs = options.model(filled, inputTensors(inputs));
  const updates = updatesOf(outputs.loss, trained, optimiser);
  const nexts = Object.fromEntries(updates.map(({ name, next }) => [nextName(name), next]));
  const state = Object.fromEntries(updates.map(({ name, current }) => [name, current]));
  const zeros = mapNamed(state, ({ shape }) => new Float32Array(sizeOf(shape)));
  const initial = { ...zeros, ...renamed(trained, (name) => first[name] as Float32Array) };
  const model = toOnnx({ ...outputs, ...nexts }, { target, constants });
  const session = await startSteps(runtime, { model, state, initial });

  const values = async () => {
    const now = await session.state();
    return mapNamed(named, (_, name) => now[stateName(name)] ?? (first[name] as Float32Array));
  };
  const resultsOf = (found: NamedValues) =>
    mapNamed(outputs, (_, name) => {
      const numbers = Float32Array.from((found[name] as Values).data as ArrayLike<number | bigint>, Number);
      return name === 'loss' ? numbers[0] : numbers;
    }) as Results<Outputs>;
  let steps = 0;
  let forward: Promise<Session> | undefined;
  return {
    async step(feeds) {
      const rate = typeof learningRate === 'number' ? learningRate : learningRate(steps);
      const found = await session.step({ ...feedsOf(inputs, feeds), learningRate: scalarValue(rate) });
      steps++;
      return resultsOf(found);
    },
    async evaluate(feeds) {
      forward ??= runtime.load(toOnnx(outputs, { target, constants }));
      const known = await values();
      const now = renamed(trained, (name, { shape }) => floats(known[name] as Float32Array, shape));
      return resultsOf(await (await forward).run({ ...feedsOf(inputs, feeds), ...now }));
    },
    parameters: async () => mapNamed(await values(), (numbers) => numbers.slice()),
    async toOnnx(own, build) {
      const known = await values();
      const weights = new Map(Object.entries(named).map(([name, tensor]) => [tensor, known[name] as Float32Array]));
      return toOnnx(build(filled, inputTensors(own)), { constants: weights });
    },
    async dispose() {
      await session.dispose();
      await (await forward)?.dispose();
    },
  };
}

/** A value for every parameter, under its name in the training state. */
function renamed<T>(parameters: Named<Tensor>, value: (name: string, parameter: Tensor) => T): Record<string, T> {
  const entries = Object.entries(parameters).map(([name, parameter]) => [stateName(name), value(name, parameter)]);
  return Object.fromEntries(entries) as Record<string, T>;
}
