import { Rng } from '../../../core/rng.ts';
import { input } from '../../../graph/leaf.ts';
import { toOnnx } from '../../../graph/model.ts';
import { initialise, namedSpecs } from '../../../nn/parameters.ts';
import { TINY_UNET } from '../../../nn/testing/tiny-unet.ts';
import { unetSpec } from '../../../nn/unet.ts';
import { inferenceGraph, parameterValues } from '../../../predict/network-session.ts';

export interface ForeignOptions {
  /** What it gives for each class and pixel. */
  readonly gives?: 'probabilities' | 'logits' | 'image' | 'volume';
  readonly classes?: number;
  readonly channels?: number;
  /** Of the square images it takes, pixels. */
  readonly side?: number;
}

/** A network as another program might write it, without a word of how it is to be used; its weights are random. */
export function foreignModel({
  gives = 'probabilities',
  classes = 3,
  channels = 1,
  side = 16,
}: ForeignOptions = {}): Uint8Array {
  const network = { ...TINY_UNET, classes, channels };
  const { parameters, image, probabilities } = inferenceGraph(network, side);
  if (gives === 'volume') return toOnnx({ scores: input('scan', [1, channels, side, side, side]) });
  if (gives === 'image') return toOnnx({ scores: image });
  const logits = probabilities.node.inputs[0] as typeof probabilities;
  const weights = initialise(namedSpecs(unetSpec(network)), new Rng('adopt'));
  const constants = parameterValues(parameters, weights);
  return toOnnx({ scores: gives === 'logits' ? logits : probabilities }, { constants, anyBatch: true });
}
