import { create, toBinary } from '@bufbuild/protobuf';
import { PatchclError } from '../../core/errors.ts';
import {
  type Attribute,
  type Attributes,
  type ConstantData,
  ELEMENT_TYPE,
  type Lowering,
  type NodeOptions,
  type Target,
} from '../lowering.ts';
import { type DType, type Shape, show, sizeOf } from '../shape.ts';
import { type Node, type Tensor, topologicalOrder } from '../tensor.ts';
import { type FusibleSum, fusibleSums } from './fused-sums.ts';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.ts';

const OPSET = 18;
/** Newest IR that ONNX Runtime 1.16 and later read. */
const IR_VERSION = 9;

/** What a model file says of itself in ONNX's own fields. */
export interface ModelAbout {
  /** Of the program that has written it. */
  readonly version?: string;
  /** What it is, for people. */
  readonly text?: string;
}

/**
 * Collects ONNX nodes and writes the model. Equal nodes (same operator, inputs and attributes) and equal constants are
 * written once, which is the graph's common-subexpression elimination.
 */
export class GraphWriter implements Lowering {
  readonly target: Target;
  /** What stands for the extent of the first axis of inputs and outputs, where that is open. */
  readonly #firstAxis: string | undefined;
  /** Values that also exist in blocked layout, by their plain name; see blocked.ts. */
  readonly blockedForm = new Map<string, string>();
  readonly #deferred = new Map<string, () => string>();
  /** Values that nodes have made. */
  readonly #made = new Set<string>();
  /** Names of model outputs by the value they show. */
  readonly #publicNames = new Map<string, string>();
  readonly #nodes: NodeProto[] = [];
  readonly #known = new Map<string, readonly string[]>();
  readonly #initializers: TensorProto[] = [];
  readonly #constants = new Map<string, string>();
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #lowered = new Map<Node, readonly string[]>();
  #names = 0;

  constructor(target: Target, firstAxis?: string) {
    this.target = target;
    this.#firstAxis = firstAxis;
  }

  /** Writes a node and returns the name of its only output. */
  node(type: string, inputs: readonly string[], attributes: Attributes = {}, options: NodeOptions = {}): string {
    return this.nodes(type, inputs, attributes, options)[0] as string;
  }

  /** Writes a node and returns the names of its outputs. */
  nodes(type: string, values: readonly string[], attributes: Attributes = {}, options: NodeOptions = {}) {
    const { domain = '', outputs = 1 } = options;
    const inputs = values.map((value) => this.#written(value));
    const key = JSON.stringify([type, domain, inputs, attributes, outputs]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const names = Array.from({ length: outputs }, () => `${type}_${this.#names++}`);
    this.#nodes.push(
      create(NodeProtoSchema, {
        name: names[0] as string,
        opType: type,
        domain,
        input: inputs,
        output: names,
        attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      }),
    );
    this.#known.set(key, names);
    for (const name of names) this.#made.add(name);
    return names;
  }

  /** A name for a value that is only written if a node or an output reads it. `write` may be called more than once. */
  deferred(write: () => string): string {
    const name = `deferred_${this.#names++}`;
    this.#deferred.set(name, write);
    return name;
  }

  #written(value: string): string {
    return this.#deferred.get(value)?.() ?? value;
  }

  /** A constant tensor; `dtype` is told by the array's type, booleans are bytes with `dtype` given. */
  constant(data: ConstantData, shape: Shape, dtype: DType = dtypeOf(data)): string {
    if (data.length !== sizeOf(shape)) {
      throw new PatchclError('shape', `a constant of shape ${show(shape)} was given ${data.length} values`);
    }
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    // Large constants are weights, each written once: only small ones are worth comparing.
    const key = data.length <= 4096 ? `${dtype}${show(shape)}${bytes.join()}` : undefined;
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const name = `constant_${this.#names++}`;
    this.#initializers.push(tensorProto(name, bytes, shape, dtype));
    if (key !== undefined) this.#constants.set(key, name);
    return name;
  }

  /** A constant under a name of its own, such as a trained weight. */
  namedConstant(name: string, data: ConstantData, shape: Shape): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.push(tensorProto(name, bytes, shape, dtypeOf(data)));
    return name;
  }

  /** A float32 scalar of rank 0. */
  scalar(value: number): string {
    return this.constant(Float32Array.of(value), []);
  }

  /** An int64 vector, as ONNX takes axes, shapes and pads. */
  ints(...values: readonly number[]): string {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** The type that stands for `dtype` on the target: WebGPU has no kernels for 64-bit whole numbers. */
  stored(dtype: DType): DType {
    return dtype === 'int64' && this.target.device === 'webgpu' ? 'int32' : dtype;
  }

  /**
   * Indices below `count` that an ONNX operator gives, which are int64 by its definition, as the target stores whole numbers:
   * looked up in a table where it has to be, since WebGPU's Cast does not read int64 either.
   */
  indices(value: string, count: number): string {
    if (this.stored('int64') === 'int64') return value;
    const table = this.constant(
      Int32Array.from({ length: count }, (_, i) => i),
      [count],
    );
    return this.node('Gather', [table, value], { axis: 0 });
  }

  /** Declares a model input; its extents may be names. */
  input(name: string, dtype: DType, shape: readonly (number | string)[]): string {
    this.#inputs.push(valueInfo(name, dtype, this.#declared(shape)));
    return this.stored(dtype) === dtype ? name : this.node('Cast', [name], { to: ELEMENT_TYPE[this.stored(dtype)] });
  }

  /** Declares `value` as a model output under its public name. */
  output(name: string, value: string, dtype: DType, shape: readonly (number | string)[]): void {
    const written = this.#written(value);
    const isStored = this.stored(dtype) === dtype;
    // A value that is an output once takes that name: a copy would cost a pass.
    if (isStored && this.#made.has(written) && !this.#publicNames.has(written)) this.#publicNames.set(written, name);
    else {
      this.#nodes.push(
        create(NodeProtoSchema, {
          name,
          opType: isStored ? 'Identity' : 'Cast',
          input: [written],
          output: [name],
          attribute: isStored ? [] : [attribute('to', ELEMENT_TYPE[dtype])],
        }),
      );
    }
    this.#outputs.push(valueInfo(name, dtype, this.#declared(shape)));
  }

  #declared(shape: readonly (number | string)[]): readonly (number | string)[] {
    return this.#firstAxis === undefined ? shape : shape.with(0, this.#firstAxis);
  }

  /** Names of symbolic tensors' values, lowering whatever they need. */
  values(tensors: readonly Tensor[]): string[] {
    const order = topologicalOrder(tensors.map(({ node }) => node));
    const sums = fusibleSums(order, tensors);
    const parts = new Set([...sums.values()].map(({ part }) => part));
    for (const node of order) {
      if (this.#lowered.has(node) || parts.has(node)) continue;
      const sum = sums.get(node);
      this.#lowered.set(node, sum === undefined ? this.#lower(node) : this.#lowerSum(node, sum));
    }
    return tensors.map((tensor) => this.#nameOf(tensor));
  }

  #lower(node: Node): readonly string[] {
    return node.op.lower(this, this.#inputNames(node), node);
  }

  #lowerSum(node: Node, { part, addend }: FusibleSum): readonly string[] {
    const fused = part.op.lowerSum?.(this, this.#inputNames(part), part, this.#nameOf(addend));
    if (fused !== undefined) return [fused];
    this.#lowered.set(part, this.#lower(part));
    return this.#lower(node);
  }

  #inputNames(node: Node): string[] {
    return node.inputs.map((input) => this.#nameOf(input));
  }

  #nameOf({ node, output }: Tensor): string {
    return (this.#lowered.get(node) as readonly string[])[output] as string;
  }

  /** Gives a tensor (a graph input) the value of that name. */
  bind(tensor: Tensor, name: string): void {
    this.#lowered.set(tensor.node, [name]);
  }

  /** The serialised ModelProto. */
  finish(metadata: Readonly<Record<string, string>> = {}, { version = '', text = '' }: ModelAbout = {}): Uint8Array {
    // The plain operators first; others only where they are used, as some runtimes refuse what they do not know.
    const domains = [...new Set(['', ...this.#nodes.map(({ domain }) => domain)])];
    const renamed = (name: string) => this.#publicNames.get(name) ?? name;
    for (const node of this.#nodes) {
      node.input = node.input.map(renamed);
      node.output = node.output.map(renamed);
    }
    const model = create(ModelProtoSchema, {
      irVersion: BigInt(IR_VERSION),
      producerName: 'patchcl',
      producerVersion: version,
      docString: text,
      opsetImport: domains.map((domain) => ({ domain, version: BigInt(domain === '' ? OPSET : 1) })),
      graph: {
        name: 'patchcl',
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
      metadataProps: Object.entries(metadata).map(([key, value]) =>
        create(StringStringEntryProtoSchema, { key, value }),
      ),
    });
    return toBinary(ModelProtoSchema, model);
  }
}

function dtypeOf(data: ConstantData): DType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Int32Array) return 'int32';
  return data instanceof BigInt64Array ? 'int64' : 'bool';
}

function attribute(name: string, value: Attribute): AttributeProto {
  const T = AttributeProto_AttributeType;
  if (typeof value === 'number') {
    return create(AttributeProtoSchema, { name, type: T.INT, i: BigInt(value) });
  }
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: T.STRING, s: new TextEncoder().encode(value) });
  }
  if ('float' in value) return create(AttributeProtoSchema, { name, type: T.FLOAT, f: value.float });
  if ('floats' in value) return create(AttributeProtoSchema, { name, type: T.FLOATS, floats: [...value.floats] });
  return create(AttributeProtoSchema, { name, type: T.INTS, ints: value.map(BigInt) });
}

function tensorProto(name: string, bytes: Uint8Array, shape: Shape, dtype: DType): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dims: shape.map(BigInt),
    dataType: ELEMENT_TYPE[dtype],
    rawData: bytes.slice(),
  });
}

function valueInfo(name: string, dtype: DType, shape: readonly (number | string)[]): ValueInfoProto {
  const dim = shape.map((value) => (typeof value === 'string' ? { dimParam: value } : { dimValue: BigInt(value) }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { tensorType: { elemType: ELEMENT_TYPE[dtype], shape: { dim } } },
  });
}
