import type { DType, Shape } from '../graph/tensor.ts';
import type { Target } from '../graph/writer.ts';

export type DeviceName = Target['device'];

/** Numbers with their shape; C order. */
export interface Values {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

export type NamedValues = Readonly<Record<string, Values>>;

/** A model that is ready to run. */
export interface Session {
  /**
   * Computes all outputs.
   *
   * @param feeds one value per model input
   * @param into buffers for outputs, which are then filled instead of allocated; must not be among the feeds
   */
  run(feeds: NamedValues, into?: NamedValues): Promise<NamedValues>;
  dispose(): Promise<void>;
}

/** A device that runs models: the one seam between patchcl and ONNX Runtime, implemented per host (Node, browser). */
export interface Runtime {
  /** What to write graphs for. */
  readonly target: Target;
  /** Threads and library version, for the run's record. */
  readonly description: string;
  /** @throws PatchclError `unsupported` when the device cannot run the model */
  load(model: Uint8Array): Promise<Session>;
}

/** Float32 values. */
export function floats(data: Float32Array, shape: Shape): Values {
  return { dtype: 'float32', shape, data };
}

/** A float32 scalar. */
export function scalarValue(value: number): Values {
  return floats(Float32Array.of(value), []);
}
