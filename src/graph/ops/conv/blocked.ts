import type { Attributes, Lowering } from '../../lowering.ts';
import { fromBlocked, NCHWC, toBlocked } from '../../onnx/blocked-layout.ts';
import type { ImageShape } from '../../shape.ts';
import type { ConvAttributes } from './attributes.ts';
import type { ConvInputs } from './plain.ts';

/*
 * Direct convolution of blocked images: 205 GFLOP/s where the plain Conv's im2col and product reach 100 to 150 (2 cores,
 * AVX-512), but weights have to be brought into a layout of their own, which pays from some size on.
 */

/** Pixels over the batch below which re-ordering the weights costs more than the faster convolution saves. */
const LEAST_PIXELS = 1280;

/** ReorderInput reads channels in groups of so many. */
const REORDERED = 4;

/** What blocked convolution needs to know of the plain one. */
export interface BlockedConv {
  /** [Co, Ci, kh, kw] */
  readonly weightShape: ImageShape;
  readonly pads: readonly [number, number, number, number];
  /** Whether the weight is given with its input channels first, [Ci, Co, kh, kw]. Default false. */
  readonly swapped?: boolean;
  /** Strides and dilations, where they are not 1. */
  readonly steps?: Attributes;
}

/** Whether the target has blocked convolution and this one gains from it. Channels fill whole blocks, or at one end less than one. */
export function prefersBlocked(
  writer: Lowering,
  { inputShape, weightShape }: Pick<ConvAttributes, 'inputShape' | 'weightShape'>,
): boolean {
  const block = writer.target.nchwcBlock;
  if (block === undefined) return false;
  const [n, channelsIn, height, width] = inputShape;
  const [channelsOut] = weightShape;
  const ends = [channelsIn, channelsOut];
  return (
    ends.some((channels) => channels % block === 0) &&
    ends.every((channels) => channels % block === 0 || channels < block) &&
    n * height * width >= LEAST_PIXELS
  );
}

/** Writes a blocked convolution; an addend only where Co fills whole blocks. */
export function lowerBlockedConv(
  writer: Lowering,
  { x, weight, bias, addend }: ConvInputs,
  { weightShape, pads, swapped = false, steps = {} }: BlockedConv,
): string {
  const [channelsOut, channelsIn, kernelHeight, kernelWidth] = weightShape;
  const block = writer.target.nchwcBlock as number;
  // Fewer channels than a block are read from the plain image.
  const image = channelsIn < block ? x : toBlocked(writer, x);
  const fills = channelsOut % block === 0 && channelsIn % block === 0;
  const inputs = [
    image,
    swapped && fills
      ? blockedSwappedWeight(writer, weight, weightShape)
      : blockedWeight(writer, swapped ? writer.node('Transpose', [weight], SWAP) : weight, weightShape),
  ];
  const missing = Math.ceil(channelsOut / block) * block - channelsOut;
  if (bias !== undefined) inputs.push(missing === 0 ? bias : writer.node('Pad', [bias, writer.ints(0, missing)]));
  if (addend !== undefined) inputs.push(...(bias === undefined ? [''] : []), toBlocked(writer, addend));
  const y = writer.node('Conv', inputs, { kernel_shape: [kernelHeight, kernelWidth], pads, ...steps }, NCHWC);
  return fromBlocked(writer, y, channelsOut);
}

/** Exchanges the two kinds of channels of a weight. */
export const SWAP = { perm: [1, 0, 2, 3] };

/**
 * [Co, Ci, kh, kw] to [Co / B, Ci / B, kh, kw, B in, B out], or [Co / B, Ci, kh, kw, B out] where Ci is less than a block;
 * the last block of Co is filled up with zeros. ReorderInput brings the output channels inside at vector speed; what is left
 * moves whole blocks (a single Transpose would move single floats: 3.8 ms for 256 x 256 x 3 x 3).
 */
function blockedWeight(
  writer: Lowering,
  weight: string,
  [channelsOut, channelsIn, kernelHeight, kernelWidth]: ImageShape,
): string {
  const block = writer.target.nchwcBlock as number;
  const taps = kernelHeight * kernelWidth;
  const outBlocks = Math.ceil(channelsOut / block);
  const shape = writer.ints(outBlocks * block, channelsIn, kernelHeight, kernelWidth);
  // ReorderInput takes channels in fours only and fills up the rest of the block itself.
  const given = Math.ceil(channelsOut / REORDERED) * REORDERED;
  const whole =
    given === channelsOut
      ? weight
      : writer.node('Pad', [weight, writer.ints(0, 0, 0, 0, given - channelsOut, 0, 0, 0)]);
  const flat = writer.node('Reshape', [whole, writer.ints(1, given, channelsIn, taps)]);
  const outside = writer.node('ReorderInput', [flat], { channels_last: 0 }, NCHWC);
  if (channelsIn < block || taps === 1) return writer.node('Reshape', [outside, shape]);
  const split = writer.node('Reshape', [outside, writer.ints(outBlocks, channelsIn / block, block, taps, block)]);
  return writer.node('Reshape', [writer.node('Transpose', [split], { perm: [0, 1, 3, 2, 4] }), shape]);
}

/**
 * [Ci, Co, kh, kw] to [Co / B, Ci / B, kh, kw, B in, B out], both channels in whole blocks: output channels are the inner ones of
 * the two already, so no transposition of single numbers comes first. 0.6 ms for 256 x 256 x 3 x 3, with one 1.3.
 */
function blockedSwappedWeight(
  writer: Lowering,
  weight: string,
  [channelsOut, channelsIn, kernelHeight, kernelWidth]: ImageShape,
): string {
  const block = writer.target.nchwcBlock as number;
  const taps = kernelHeight * kernelWidth;
  const flat = writer.node('Reshape', [weight, writer.ints(channelsIn, channelsOut, 1, taps)]);
  const inside = taps === 1 ? flat : writer.node('ReorderInput', [flat], { channels_last: 0 }, NCHWC);
  const split = writer.node('Reshape', [
    inside,
    writer.ints(channelsIn / block, block, channelsOut / block, taps, block),
  ]);
  const moved = writer.node('Transpose', [split], { perm: [2, 0, 3, 1, 4] });
  return writer.node('Reshape', [moved, writer.ints(channelsOut, channelsIn, kernelHeight, kernelWidth)]);
}
