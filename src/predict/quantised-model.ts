import {
  convConstants,
  max,
  min,
  observedTensors,
  type QuantisationPlan,
  quantiseGraph,
  type Range,
  type Tensor,
  toOnnx,
} from '../graph/index.ts';
import type { Named } from '../nn/parameters.ts';
import type { UNetOptions } from '../nn/unet.ts';
import { floats, type Runtime, type Session } from '../runtime/runtime.ts';
import { IMAGE, inferenceGraph, PROBABILITIES, parameterValues } from './network-session.ts';

/**
 * Finds the ranges of a network's numbers on images and writes the network with eight-bit convolutions.
 *
 * @param images [C, S, S] each, like those it will see
 * @returns writes the model file with the metadata it is given
 */
export async function quantisedModel(
  runtime: Runtime,
  network: UNetOptions,
  size: number,
  weights: Named<Float32Array>,
  images: readonly Float32Array[],
): Promise<(metadata: Readonly<Record<string, string>>) => Uint8Array> {
  const { parameters, probabilities } = inferenceGraph(network, size);
  const constants = parameterValues(parameters, weights);
  const load = (outputs: Named<Tensor>) => runtime.load(toOnnx(outputs, { constants }));
  const plan: QuantisationPlan = {
    constants: await valuesOf(convConstants(probabilities), load),
    ranges: await findRanges(observedTensors(probabilities), load, images, [1, network.channels, size, size]),
  };
  const quantised = quantiseGraph(probabilities, plan);
  return (metadata) => toOnnx({ [PROBABILITIES]: quantised }, { constants, metadata, anyBatch: true });
}

type Load = (outputs: Named<Tensor>) => Promise<Session>;

const nameOf = (index: number) => `tensor${index}`;

function named(tensors: readonly Tensor[]): Named<Tensor> {
  return Object.fromEntries(tensors.map((tensor, i) => [nameOf(i), tensor]));
}

async function valuesOf(tensors: readonly Tensor[], load: Load): Promise<Map<Tensor, Float32Array>> {
  const session = await load(named(tensors));
  try {
    const values = await session.run({});
    return new Map(tensors.map((tensor, i) => [tensor, values[nameOf(i)]?.data as Float32Array]));
  } finally {
    await session.dispose();
  }
}

/** The smallest and largest value of every tensor over all images; ranges by least squared error gave the same Dice. */
async function findRanges(
  tensors: readonly Tensor[],
  load: Load,
  images: readonly Float32Array[],
  shape: readonly number[],
): Promise<Map<Tensor, Range>> {
  const lows = tensors.map((tensor) => min(tensor));
  const highs = tensors.map((tensor) => max(tensor));
  const ranges = tensors.map(() => ({ low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY }));
  const session = await load(named([...lows, ...highs]));
  try {
    for (const image of images) {
      const values = await session.run({ [IMAGE]: floats(image, shape) });
      const found = (index: number) => values[nameOf(index)]?.data[0] as number;
      ranges.forEach((range, i) => {
        range.low = Math.min(range.low, found(i));
        range.high = Math.max(range.high, found(i + tensors.length));
      });
    }
  } finally {
    await session.dispose();
  }
  return new Map(tensors.map((tensor, i) => [tensor, ranges[i] as Range]));
}
