import type { DType, Shape, Target, Tensor } from '../graph/index.ts';
import type { Packs } from './packs.ts';

export type DeviceName = Target['device'];

/** Numbers with their shape; C order. */
export interface Values {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

/** Numbers by the names of the inputs or outputs that they belong to. */
export type NamedValues = Readonly<Record<string, Values>>;

/** A model that is ready to run. */
export interface Session {
  /** Computes all outputs from one value per model input. */
  run(feeds: NamedValues): Promise<NamedValues>;
  dispose(): Promise<void>;
}

/** A session whose outputs `next:x` are the inputs `x` of its next run: parameters, momentum, teacher, key buffers. */
export interface StepSession {
  /** One run: feeds the batch and the state, keeps the next state, returns the other outputs. */
  step(feeds: NamedValues): Promise<NamedValues>;
  /** The state as it is now; valid until the next step. */
  state(): Promise<Record<string, Float32Array>> | Record<string, Float32Array>;
  /**
   * Operators that the device has no kernel for, by ONNX name; the processor computes them, and each costs copies. Undefined
   * where that is not known: on CUDA, and in a browser whose WebGPU leaves some to the processor, which it does not name.
   */
  readonly fallbacks: readonly string[] | undefined;
  dispose(): Promise<void>;
}

/** A part of a step that comes before a sum over the ranks that train together. */
export interface StageModel {
  readonly model: Uint8Array;
  /** The output [length] that is added up over all ranks before later stages take it and the others by their names. */
  readonly message: string;
  readonly length: number;
}

/** A model of one step, and the state it starts from. */
export interface StepModel {
  readonly model: Uint8Array;
  /** Stages of the step that run before `model`, where several ranks do it together. */
  readonly before?: readonly StageModel[];
  /** The tensors that the model takes as `x` and gives as `next:x`. */
  readonly state: Readonly<Record<string, Pick<Tensor, 'shape'>>>;
  readonly initial: Readonly<Record<string, Float32Array>>;
  /** State tensors that hold others side by side: `initial` and the state to be read have those, by their own names. */
  readonly packs?: Packs;
}

/** A device that runs models: the one seam between patchcl and ONNX Runtime, implemented per host (Node, browser). */
export interface Runtime {
  /** What to write graphs for. */
  readonly target: Target;
  /** Threads and library version, for the run's record. */
  readonly description: string;
  /** What whoever computes on it should be told, in a sentence. */
  readonly note?: string;
  /** @throws PatchclError `unsupported` when the device cannot run the model */
  load(model: Uint8Array): Promise<Session>;
  /**
   * Keeps the state in the device's own memory between steps. Absent where that is the processor's, and on CUDA: of all
   * devices' memory ONNX Runtime's binding for Node (1.30) hands out only WebGPU's.
   */
  loadResident?(step: StepModel): Promise<StepSession>;
}

/** Float32 values. */
export function floats(data: Float32Array, shape: Shape): Values {
  return { dtype: 'float32', shape, data };
}

/** A float32 scalar. */
export function scalarValue(value: number): Values {
  return floats(Float32Array.of(value), []);
}
