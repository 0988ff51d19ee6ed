import { PatchclError } from '../core/errors.ts';
import { input, type ModelOptions, sizeOf, softmax, type Tensor, toOnnx } from '../graph/index.ts';
import { ForwardContext } from '../nn/context.ts';
import { fill, mapNamed, type Named, namedSpecs } from '../nn/parameters.ts';
import { type UNetOptions, unet, unetSpec } from '../nn/unet.ts';
import { floats, type Runtime, type Session, type Values } from '../runtime/runtime.ts';

/** Name of the image input and of the probability output of every segmentation model. */
export const IMAGE = 'image';
export const PROBABILITIES = 'probabilities';

/** Inference graph of a network: parameters and an image [1, C, S, S] to class probabilities [1, K, S, S]. */
export function inferenceGraph(network: UNetOptions, size: number) {
  const tree = unetSpec(network);
  const parameters = mapNamed(namedSpecs(tree), ({ shape }, name) => input(name, shape));
  const image = input(IMAGE, [1, network.channels, size, size]);
  const logits = unet(fill(tree, parameters), image, network, new ForwardContext({ training: false }));
  return { parameters, image, probabilities: softmax(logits, 1) };
}

/** The values of parameter tensors. @throws PatchclError `bad-file` when one is missing */
export function parameterValues(parameters: Named<Tensor>, weights: Named<Float32Array>): Map<Tensor, Float32Array> {
  return new Map(
    Object.entries(parameters).map(([name, tensor]) => {
      const values = weights[name];
      if (values === undefined) throw new PatchclError('bad-file', `the weights lack the parameter ${name}`);
      return [tensor, values] as const;
    }),
  );
}

/** The network as one ONNX file with its weights inside, for any number of images [C, S, S]. */
export function deployedModel(
  network: UNetOptions,
  size: number,
  weights: Named<Float32Array>,
  description: Pick<ModelOptions, 'metadata' | 'about'> = {},
): Uint8Array {
  const { parameters, probabilities } = inferenceGraph(network, size);
  const constants = parameterValues(parameters, weights);
  return toOnnx({ [PROBABILITIES]: probabilities }, { constants, anyBatch: true, ...description });
}

/** A network with weights, ready to be asked. */
export class NetworkSession {
  readonly #session: Session;
  readonly #imageShape: readonly [number, number, number];

  private constructor(session: Session, network: UNetOptions, size: number) {
    this.#session = session;
    this.#imageShape = [network.channels, size, size];
  }

  /** Weights are constants of the session: to load another one costs little beside what that gains for a few images. */
  static async load(runtime: Runtime, network: UNetOptions, size: number, weights: Named<Float32Array>) {
    return new NetworkSession(await runtime.load(deployedModel(network, size, weights)), network, size);
  }

  /** Class probabilities [K, S, S] of each slice [C, S, S], in their order. */
  probabilities(slices: Iterable<Float32Array>): AsyncGenerator<Float32Array> {
    return runBatches(this.#session, slices, this.#imageShape);
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

/** Images per run: more of them gain nothing, on few cores not even these. */
const BATCH = 8;

/**
 * Class probabilities [K, S, S] of each slice, in their order. The next batch is asked for before the last one is used: where
 * sessions have a thread of their own it is computed meanwhile. Slices are taken a batch at a time.
 *
 * @param session of a {@link deployedModel}
 * @param slices [C, S, S] each
 * @param imageShape [C, S, S]
 */
export async function* runBatches(
  session: Session,
  slices: Iterable<Float32Array>,
  imageShape: readonly number[],
): AsyncGenerator<Float32Array> {
  const pixels = sizeOf(imageShape);
  const source = slices[Symbol.iterator]();
  const runNext = () => {
    const part = take(source, BATCH);
    if (part.length === 0) return undefined;
    const images = new Float32Array(part.length * pixels);
    part.forEach((slice, i) => {
      images.set(slice, i * pixels);
    });
    return session.run({ [IMAGE]: floats(images, [part.length, ...imageShape]) });
  };
  let pending = runNext();
  try {
    while (pending !== undefined) {
      const values = (await pending)[PROBABILITIES] as Values;
      pending = runNext();
      const [count = 0, ...shape] = values.shape;
      const length = sizeOf(shape);
      for (let i = 0; i < count; i++) yield (values.data as Float32Array).subarray(i * length, (i + 1) * length);
    }
  } finally {
    // Whoever stops early may dispose of the session next: not while it computes.
    await pending?.catch(() => undefined);
  }
}

function take<T>(source: Iterator<T>, count: number): T[] {
  const taken: T[] = [];
  while (taken.length < count) {
    const { done, value } = source.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}
