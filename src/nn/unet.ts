import {
  concat,
  depthToSpace,
  imageShape,
  maxPool2d,
  resizeBilinear,
  spaceToDepth,
  type Tensor,
  upsampleNearest,
} from '../graph/index.ts';
import type { ForwardContext } from './context.ts';
import { convNormaliseLeakyRelu, type NormalisationKind, normalisationSpec } from './normalisation.ts';
import { type Filled, kaiming, type ParameterSpec, zeros } from './parameters.ts';

/** What a U-Net is made of. Images are [N, channels, S, S], logits [N, classes, S, S]. */
export interface UNetOptions {
  /** Image channels, those of neighbouring slices among them. */
  readonly channels: number;
  /**
   * Slices that the channels are of, one behind the other. Training starts from a network that sees the one in the middle alone, the
   * same one as without neighbours. Absent: one.
   */
  readonly planes?: number;
  /** Classes, background included. */
  readonly classes: number;
  /** Channels per level, from full resolution down; their number is the depth. */
  readonly widths: readonly number[];
  /**
   * `plain` works at full resolution; `space-to-depth` moves blocks of 2 x 2 pixels into channels first and back last, which
   * leaves the resolution where convolutions are dearest.
   */
  readonly stem: 'plain' | 'space-to-depth';
  readonly normalisation: NormalisationKind;
  readonly upsampling: 'nearest' | 'bilinear';
  /** Channel dropout rate per level, in the encoder. */
  readonly dropout: readonly number[];
}

/** Negative slope of every leaky ReLU. */
const SLOPE = 0.01;

/** Weights of the first convolution: those of a network for the slice in the middle, 0 for its neighbours. */
function stemSpec(channels: number, planes: number, cells: number, to: number): ParameterSpec {
  const own = channels / planes;
  const alone = kaiming([to, own * cells, 3, 3], SLOPE);
  if (planes === 1) return alone;
  const shape = [to, channels * cells, 3, 3];
  return {
    shape,
    trainable: true,
    init: (rng, size) => {
      const values = alone.init(rng, size / planes);
      const all = new Float32Array(size);
      // What a stem makes of a channel stays together, so that the slice in the middle has one stretch of every filter.
      const [length, stretch] = [size / to, values.length / to];
      for (let filter = 0; filter < to; filter++) {
        const kept = values.subarray(filter * stretch, (filter + 1) * stretch);
        all.set(kept, filter * length + ((planes - 1) / 2) * stretch);
      }
      return all;
    },
  };
}

function blockSpec(from: number, to: number, normalisation: NormalisationKind) {
  // No biases: the normalisation that follows takes them away again.
  return {
    conv1: kaiming([to, from, 3, 3], SLOPE),
    norm1: normalisationSpec(normalisation, to),
    conv2: kaiming([to, to, 3, 3], SLOPE),
    norm2: normalisationSpec(normalisation, to),
  };
}

/** Pixels of the image per pixel of the coarsest level, in each direction. */
export function totalStride({ widths, stem }: Pick<UNetOptions, 'widths' | 'stem'>): number {
  return 2 ** (widths.length - 1) * (stem === 'plain' ? 1 : 2);
}

/**
 * Parameters of a 2D U-Net: two 3x3 convolutions per level, each normalised and leaky-rectified; max-pooling down; up by a
 * 1x1 convolution and doubling. With widths 16-32-64-128-256, a plain stem and batch norm it is the one of SSL4MIS (1.81 M).
 * Source: Ronneberger et al., MICCAI 2015; Luo et al., SSL4MIS.
 */
export function unetSpec({ channels, planes = 1, classes, widths, stem, normalisation }: UNetOptions) {
  const cells = stem === 'plain' ? 1 : 4;
  const width = (level: number) => widths[level] as number;
  const upper = widths.slice(0, -1);
  return {
    encoder: widths.map((to, level) => {
      if (level > 0) return blockSpec(width(level - 1), to, normalisation);
      return { ...blockSpec(channels * cells, to, normalisation), conv1: stemSpec(channels, planes, cells, to) };
    }),
    reduce: upper.map((to, level) => ({ weight: kaiming([to, width(level + 1), 1, 1], 1), bias: zeros([to]) })),
    decoder: upper.map((to) => blockSpec(2 * to, to, normalisation)),
    head: { weight: kaiming([classes * cells, width(0), 3, 3], 1), bias: zeros([classes * cells]) },
  };
}

export type UNetParameters = Filled<ReturnType<typeof unetSpec>, Tensor>;
type BlockParameters = Filled<ReturnType<typeof blockSpec>, Tensor>;

function block(p: BlockParameters, x: Tensor, dropout: number, context: ForwardContext): Tensor {
  const first = convNormaliseLeakyRelu(x, { weight: p.conv1, norm: p.norm1, slope: SLOPE, context });
  const dropped = context.channelDropout(first, dropout);
  return convNormaliseLeakyRelu(dropped, { weight: p.conv2, norm: p.norm2, slope: SLOPE, context });
}

/**
 * The encoder alone.
 *
 * @param x [N, channels, H, W], H and W divisible by {@link totalStride}
 * @returns feature maps from fine to coarse, level i: [N, widths[i], H / s, W / s], s = 2^i (twice that with space-to-depth)
 */
export function encode(p: UNetParameters, x: Tensor, options: UNetOptions, context: ForwardContext): Tensor[] {
  const features: Tensor[] = [];
  let current = options.stem === 'plain' ? x : spaceToDepth(x);
  p.encoder.forEach((parameters, level) => {
    const input = level === 0 ? current : maxPool2d(current);
    current = block(parameters, input, options.dropout[level] ?? 0, context);
    features.push(current);
  });
  return features;
}

/**
 * Encoder and decoder, level by level.
 *
 * @param x [N, channels, H, W], H and W divisible by {@link totalStride}
 * @returns what the decoder gives from fine to coarse, level i: [N, widths[i], H / 2^i, W / 2^i]; half of that with the
 * space-to-depth stem. The first is what the head sees.
 */
export function decodeLevels(p: UNetParameters, x: Tensor, options: UNetOptions, context: ForwardContext): Tensor[] {
  const features = encode(p, x, options, context);
  const levels: Tensor[] = [];
  let current = features[features.length - 1] as Tensor;
  for (let level = p.decoder.length - 1; level >= 0; level--) {
    const skip = features[level] as Tensor;
    const reduce = p.reduce[level] as UNetParameters['reduce'][number];
    const up = upsample(context.convolve(current, reduce.weight, { bias: reduce.bias }), options);
    current = block(p.decoder[level] as BlockParameters, concat([skip, up], 1), 0, context);
    levels.unshift(current);
  }
  return levels;
}

/** What the head sees: the finest of {@link decodeLevels}. */
export function decode(p: UNetParameters, x: Tensor, options: UNetOptions, context: ForwardContext): Tensor {
  return decodeLevels(p, x, options, context)[0] as Tensor;
}

/** Logits [N, classes, H, W] from what {@link decode} gives. */
export function segment(p: UNetParameters, decoded: Tensor, options: UNetOptions, context: ForwardContext): Tensor {
  const logits = context.convolve(decoded, p.head.weight, { bias: p.head.bias, padding: 1 });
  return options.stem === 'plain' ? logits : depthToSpace(logits);
}

/**
 * The whole network.
 *
 * @param x [N, channels, H, W], H and W divisible by {@link totalStride}
 * @returns logits [N, classes, H, W]
 */
export function unet(p: UNetParameters, x: Tensor, options: UNetOptions, context: ForwardContext): Tensor {
  return segment(p, decode(p, x, options, context), options, context);
}

function upsample(x: Tensor, { upsampling }: UNetOptions): Tensor {
  if (upsampling === 'nearest') return upsampleNearest(x);
  const [, , height, width] = imageShape(x, 'upsample');
  return resizeBilinear(x, [2 * height, 2 * width], { alignCorners: true });
}
