import { type Tensor, topologicalOrder } from './tensor.ts';
import { GraphWriter, type Target } from './writer.ts';

export interface ModelOptions {
  /** Tensors that become constants of the model, e.g. trained weights of a network to deploy. */
  readonly constants?: ReadonlyMap<Tensor, Float32Array>;
  /** Tensors that others stand for, e.g. inputs that are fed side by side in one tensor. */
  readonly replacements?: ReadonlyMap<Tensor, Tensor>;
  /** Free-form entries of the model file, e.g. the preprocessing. */
  readonly metadata?: Readonly<Record<string, string>>;
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
  const writer = new GraphWriter(options.target ?? { device: 'cpu' }, options.anyBatch === true ? BATCH : undefined);
  const needed = new Set(topologicalOrder(Object.values(outputs).map(({ node }) => node)));
  for (const [tensor, data] of options.constants ?? []) {
    if (needed.has(tensor.node)) writer.bind(tensor, writer.constant(data, tensor.shape));
  }
  const replaced = [...(options.replacements ?? [])].filter(([tensor]) => needed.has(tensor.node));
  const stands = writer.values(replaced.map(([, replacement]) => replacement));
  for (const [i, [tensor]] of replaced.entries()) writer.bind(tensor, stands[i] as string);
  const values = writer.values(Object.values(outputs));
  for (const [i, [name, { dtype, shape }]] of Object.entries(outputs).entries()) {
    writer.output(name, values[i] as string, dtype, shape);
  }
  return writer.finish(options.metadata);
}
