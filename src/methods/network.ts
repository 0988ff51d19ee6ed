import type { Tensor } from '../graph/index.ts';
import { fill, namedSpecs, type ParameterSpec, parameterInputs } from '../nn/parameters.ts';
import { type ProjectionHeadParameters, projectionHeadSpec, vectorHeadSpec } from '../nn/projection-head.ts';
import { type UNetOptions, type UNetParameters, unetSpec } from '../nn/unet.ts';
import type { ContrastSettings } from './settings.ts';

/** Tensors of one network: U-Net and, for contrastive methods, projection head. */
export interface Network {
  readonly unet: UNetParameters;
  readonly head: ProjectionHeadParameters;
  /** All parameters under dotted names. */
  readonly named: Readonly<Record<string, Tensor>>;
}

/** What the projection head depends on. */
type HeadSettings = Pick<ContrastSettings, 'at' | 'dimensions'>;

/** Parameters of a network, by dotted names. */
export function networkSpecs(network: UNetOptions, contrast: HeadSettings): Record<string, ParameterSpec> {
  return namedSpecs(networkTree(network, contrast));
}

/** The parameters of a network as inputs of a graph. @param owner what their names begin with */
export function networkInputs(owner: 'student' | 'teacher', network: UNetOptions, contrast: HeadSettings): Network {
  const tree = networkTree(network, contrast);
  const named = parameterInputs(namedSpecs(tree), owner);
  return { ...(fill(tree, named) as Omit<Network, 'named'>), named };
}

function networkTree(network: UNetOptions, { at, dimensions }: HeadSettings) {
  const [finest, coarsest] = [network.widths[0] as number, network.widths.at(-1) as number];
  const head = at === 'decoder' ? vectorHeadSpec(finest, dimensions) : projectionHeadSpec(coarsest, dimensions);
  return { unet: unetSpec(network), head };
}

/** Parameters that a method trains beside the student. */
export interface OwnParameters {
  readonly specs: Readonly<Record<string, ParameterSpec>>;
  readonly named: Readonly<Record<string, Tensor>>;
}
