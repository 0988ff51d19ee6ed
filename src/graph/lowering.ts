import type { DType, Shape } from './shape.ts';

/** What the graph is written for; lowerings may differ. */
export interface Target {
  readonly device: 'cpu' | 'wasm' | 'webgpu' | 'cuda';
  /** Channels per block of ONNX Runtime's blocked (NCHWc) convolution on this processor; absent where it has none. */
  readonly nchwcBlock?: number;
}

export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] };
export type Attributes = Readonly<Record<string, Attribute>>;
export type ConstantData = Float32Array | Int32Array | BigInt64Array | Uint8Array | Int8Array;

export interface NodeOptions {
  readonly domain?: 'com.microsoft' | 'com.microsoft.nchwc';
  readonly outputs?: number;
}

/** ONNX's numbers of the element types. */
export const ELEMENT_TYPE: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
};

/** What an operator may use to write itself as ONNX nodes. Values go by their names. */
export interface Lowering {
  readonly target: Target;
  /** Values that also exist in blocked layout, by their plain name; see `onnx/blocked-layout.ts`. */
  readonly blockedForm: Map<string, string>;
  /** Writes a node and returns the name of its only output. */
  node(type: string, inputs: readonly string[], attributes?: Attributes, options?: NodeOptions): string;
  /** Writes a node and returns the names of its outputs. */
  nodes(type: string, inputs: readonly string[], attributes?: Attributes, options?: NodeOptions): readonly string[];
  /** A name for a value that is only written if a node or an output reads it. `write` may be called more than once. */
  deferred(write: () => string): string;
  /** A constant tensor; `dtype` is told by the array's type, booleans are bytes with `dtype` given. */
  constant(data: ConstantData, shape: Shape, dtype?: DType): string;
  /** Declares a model input; its extents may be names. */
  input(name: string, dtype: DType, shape: readonly (number | string)[]): string;
  /** A float32 scalar of rank 0. */
  scalar(value: number): string;
  /** An int64 vector, as ONNX takes axes, shapes and pads. */
  ints(...values: readonly number[]): string;
  /** The type that stands for `dtype` on the target: WebGPU has no kernels for 64-bit whole numbers. */
  stored(dtype: DType): DType;
  /** Indices below `count` that an ONNX operator gives, which are int64 by its definition, as the target stores whole numbers. */
  indices(value: string, count: number): string;
}
