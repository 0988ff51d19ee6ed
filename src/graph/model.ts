import { isInput } from './leaf.ts';
import type { Target } from './lowering.ts';
import { fromBlocked } from './onnx/blocked-layout.ts';
import { GraphWriter, type ModelAbout } from './onnx/writer.ts';
import { extent } from './shape.ts';
import type { StagedGraph } from './stages.ts';
import { type Tensor, topologicalOrder } from './tensor.ts';

/** Of a model file; none of them is needed. */
export interface ModelOptions {
  /** Tensors that become constants of the model, e.g. trained weights of a network to deploy. */
  readonly constants?: ReadonlyMap<Tensor, Float32Array>;
  /** Tensors that others stand for, e.g. inputs that are fed side by side in one tensor. */
  readonly replacements?: ReadonlyMap<Tensor, Tensor>;
  /** Free-form entries of the model file, e.g. the preprocessing. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** What the file says of itself in ONNX's own fields. */
  readonly about?: ModelAbout;
  readonly target?: Target;
  /**
   * The outputs are of images whose number the first axis tells: the model then runs on any number of them. Its graph must
   * treat every image by itself.
   */
  readonly anyBatch?: boolean;
}

/** Name of the first axis of a model for any number of images. */
const BATCH = 'batch';

/**
 * Writes the graph that leads to the named outputs as an ONNX model: only what they need, every value computed once.
 *
 * @returns the serialised ModelProto, opset 18 with ONNX Runtime's contrib operators
 */
export function toOnnx(outputs: Readonly<Record<string, Tensor>>, options: ModelOptions = {}): Uint8Array {
  return graphWriter(outputs, options).finish(options.metadata, options.about);
}

/**
 * Writes the stages of a graph as models. An image that a stage leaves behind in blocked layout is read in it by the others:
 * a cut costs no way to the plain layout and back.
 *
 * @returns the models of the stages before the last, and that of the last
 */
export function stagesToOnnx({ before, last }: StagedGraph, options: ModelOptions = {}): [Uint8Array[], Uint8Array] {
  const blocked = new Set<string>();
  const models = before.map(({ outputs }) => graphWriter(outputs, options, blocked, blocked).finish());
  return [models, graphWriter(last.outputs, options, blocked).finish(options.metadata)];
}

/**
 * @param inBlocks names of graph inputs that are fed in blocked layout
 * @param leftInBlocks if given, outputs that are in blocked layout stay in it, and are added here
 */
function graphWriter(
  outputs: Readonly<Record<string, Tensor>>,
  options: ModelOptions,
  inBlocks: ReadonlySet<string> = new Set(),
  leftInBlocks?: Set<string>,
): GraphWriter {
  const writer = new GraphWriter(options.target ?? { device: 'cpu' }, options.anyBatch === true ? BATCH : undefined);
  const order = topologicalOrder(Object.values(outputs).map(({ node }) => node));
  const needed = new Set(order);
  for (const node of order) {
    if (!isInput(node)) continue;
    const { name, dtype, shape } = node.attributes;
    if (!inBlocks.has(name)) continue;
    writer.bind(node.outputs[0], fromBlocked(writer, writer.input(name, dtype, shape), extent(shape, 1)));
  }
  for (const [tensor, data] of options.constants ?? []) {
    if (!needed.has(tensor.node)) continue;
    const { node, shape } = tensor;
    const weight = isInput(node)
      ? writer.namedConstant(node.attributes.name, data, shape)
      : writer.constant(data, shape);
    writer.bind(tensor, weight);
  }
  const replaced = [...(options.replacements ?? [])].filter(([tensor]) => needed.has(tensor.node));
  const stands = writer.values(replaced.map(([, replacement]) => replacement));
  for (const [i, [tensor]] of replaced.entries()) writer.bind(tensor, stands[i] as string);
  const values = writer.values(Object.values(outputs));
  for (const [i, [name, { dtype, shape }]] of Object.entries(outputs).entries()) {
    const value = values[i] as string;
    const left = leftInBlocks === undefined ? undefined : writer.blockedForm.get(value);
    if (left !== undefined) leftInBlocks?.add(name);
    writer.output(name, left ?? value, dtype, shape);
  }
  return writer;
}
