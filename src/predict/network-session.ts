import { PatchclError } from '../core/errors.ts';
import { input } from '../graph/leaf.ts';
import { toOnnx } from '../graph/model.ts';
import { softmax } from '../graph/softmax.ts';
import type { Tensor } from '../graph/tensor.ts';
import { ForwardContext } from '../nn/context.ts';
import { fill, mapNamed, type Named, namedSpecs } from '../nn/parameters.ts';
import { type UNetOptions, unet, unetSpec } from '../nn/unet.ts';
import { floats, type NamedValues, type Runtime, type Session } from '../runtime/runtime.ts';

/** Name of the image input and of the probability output of every segmentation model. */
export const IMAGE = 'image';
export const PROBABILITIES = 'probabilities';

/** Inference graph of a network: parameters and an image [batch, C, S, S] to class probabilities [batch, K, S, S]. */
export function inferenceGraph(network: UNetOptions, size: number, batch: number) {
  const tree = unetSpec(network);
  const parameters = mapNamed(namedSpecs(tree), ({ shape }, name) => input(name, shape));
  const image = input(IMAGE, [batch, network.channels, size, size]);
  const logits = unet(fill(tree, parameters), image, network, new ForwardContext({ training: false }));
  return { parameters, probabilities: softmax(logits, 1) };
}

/** The network as one ONNX file with its weights inside, for images [1, C, S, S]. */
export function deployedModel(
  network: UNetOptions,
  size: number,
  weights: Named<Float32Array>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const { parameters, probabilities } = inferenceGraph(network, size, 1);
  const constants = new Map<Tensor, Float32Array>();
  for (const [name, tensor] of Object.entries(parameters)) {
    const values = weights[name];
    if (values === undefined) throw new PatchclError('bad-file', `the weights lack the parameter ${name}`);
    constants.set(tensor, values);
  }
  return toOnnx({ [PROBABILITIES]: probabilities }, { constants, metadata });
}

/** A network whose weights are fed with every run, to validate while they change. */
export class NetworkSession {
  readonly #session: Session;
  readonly #shapes: Named<Tensor>;
  readonly #batch: number;
  readonly #imageShape: readonly [number, number, number];

  private constructor(session: Session, shapes: Named<Tensor>, batch: number, network: UNetOptions, size: number) {
    this.#session = session;
    this.#shapes = shapes;
    this.#batch = batch;
    this.#imageShape = [network.channels, size, size];
  }

  static async create(runtime: Runtime, network: UNetOptions, size: number, batch = 8): Promise<NetworkSession> {
    const { parameters, probabilities } = inferenceGraph(network, size, batch);
    const session = await runtime.load(toOnnx({ [PROBABILITIES]: probabilities }, { target: runtime.target }));
    return new NetworkSession(session, parameters, batch, network, size);
  }

  /** Class probabilities [K, S, S] of each slice [C, S, S], in their order. */
  probabilities(weights: Named<Float32Array>, slices: readonly Float32Array[]): AsyncGenerator<Float32Array> {
    const feeds = mapNamed(this.#shapes, ({ shape }, name) => floats(weights[name] as Float32Array, shape));
    return runBatches(this.#session, slices, this.#imageShape, this.#batch, feeds);
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

/** Feeds slices in batches of a fixed size, the last one filled up with zeros; yields one result per slice. */
export async function* runBatches(
  session: Session,
  slices: readonly Float32Array[],
  imageShape: readonly number[],
  batch: number,
  feeds: NamedValues = {},
): AsyncGenerator<Float32Array> {
  const pixels = imageShape.reduce((product, extent) => product * extent, 1);
  const images = new Float32Array(batch * pixels);
  for (let start = 0; start < slices.length; start += batch) {
    const part = slices.slice(start, start + batch);
    images.fill(0);
    part.forEach((slice, i) => {
      images.set(slice, i * pixels);
    });
    const outputs = await session.run({ ...feeds, [IMAGE]: floats(images, [batch, ...imageShape]) });
    const values = outputs[PROBABILITIES]?.data as Float32Array;
    const length = values.length / batch;
    for (let i = 0; i < part.length; i++) yield values.subarray(i * length, (i + 1) * length);
  }
}
