import type { Tensor } from '../graph/index.ts';
import { namedSpecs, type ParameterSpec } from '../nn/parameters.ts';
import { type ProjectionHeadParameters, projectionHeadSpec } from '../nn/projection-head.ts';
import { type UNetOptions, type UNetParameters, unetSpec } from '../nn/unet.ts';

/** Tensors of one network: U-Net and, for contrastive methods, projection head. */
export interface Network {
  readonly unet: UNetParameters;
  readonly head: ProjectionHeadParameters;
  /** All parameters under dotted names. */
  readonly named: Readonly<Record<string, Tensor>>;
}

/** Parameters of a network, by dotted names. */
export function networkSpecs(network: UNetOptions, dimensions: number): Record<string, ParameterSpec> {
  return namedSpecs(networkTree(network, dimensions));
}

export function networkTree(network: UNetOptions, dimensions: number) {
  return { unet: unetSpec(network), head: projectionHeadSpec(network.widths.at(-1) as number, dimensions) };
}

/** Parameters that a method trains beside the student. */
export interface OwnParameters {
  readonly specs: Readonly<Record<string, ParameterSpec>>;
  readonly named: Readonly<Record<string, Tensor>>;
}
