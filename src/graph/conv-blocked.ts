import type { GraphWriter } from './writer.ts';

/*
 * ONNX Runtime's direct convolution on blocked channels (NCHWc): images lie as [N, C / B, H, W, B] with B = 16 (AVX-512) or 8
 * channels innermost. It runs at 205 GFLOP/s where the plain Conv's im2col and product reach 100 to 150 (2 cores, AVX-512),
 * but images and weights have to be brought into that layout, which pays from some size on.
 */

const NCHWC = { domain: 'com.microsoft.nchwc' } as const;
type Shape4 = readonly [number, number, number, number];

/** Pixels over the batch below which re-ordering the weights costs more than the faster convolution saves. */
const LEAST_PIXELS = 1280;

/** A convolution of stride 1 without groups. */
export interface BlockedConv {
  /** [N, Ci, H, W] */
  readonly inputShape: readonly number[];
  /** [Co, Ci, kh, kw] */
  readonly weightShape: readonly number[];
  readonly pads: readonly [number, number, number, number];
}

/** Whether the target has blocked convolution and this one gains from it. */
export function prefersBlocked(writer: GraphWriter, { inputShape, weightShape }: Omit<BlockedConv, 'pads'>): boolean {
  const block = writer.target.nchwcBlock;
  if (block === undefined) return false;
  const [n, channelsIn, height, width] = inputShape as Shape4;
  const [channelsOut] = weightShape as Shape4;
  return channelsIn % block === 0 && channelsOut % block === 0 && n * height * width >= LEAST_PIXELS;
}

/**
 * Writes a blocked convolution of plain images.
 *
 * @param weight [Co, Ci, kh, kw]
 * @param addend plain images of the output's shape, added to the result
 */
export function lowerBlockedConv(
  writer: GraphWriter,
  { x, weight, addend }: { x: string; weight: string; addend?: string | undefined },
  { weightShape, pads }: BlockedConv,
): string {
  const [channelsOut, , kernelHeight, kernelWidth] = weightShape as Shape4;
  const inputs = [toBlocked(writer, x), blockedWeight(writer, weight, weightShape as Shape4)];
  if (addend !== undefined) inputs.push('', toBlocked(writer, addend));
  const y = writer.node('Conv', inputs, { kernel_shape: [kernelHeight, kernelWidth], pads }, NCHWC);
  return fromBlocked(writer, y, channelsOut);
}

function toBlocked(writer: GraphWriter, x: string): string {
  return writer.blockedForm.get(x) ?? writer.node('ReorderInput', [x], { channels_last: 0 }, NCHWC);
}

function fromBlocked(writer: GraphWriter, y: string, channels: number): string {
  const plain = writer.node('ReorderOutput', [y], { channels, channels_last: 0 }, NCHWC);
  writer.blockedForm.set(plain, y);
  return plain;
}

/**
 * [Co, Ci, kh, kw] to [Co / B, Ci / B, kh, kw, B in, B out]. ReorderInput brings the output channels inside at vector speed;
 * what is left moves whole blocks (a single Transpose would move single floats: 3.8 ms for 256 x 256 x 3 x 3).
 */
function blockedWeight(
  writer: GraphWriter,
  weight: string,
  [channelsOut, channelsIn, kernelHeight, kernelWidth]: Shape4,
): string {
  const block = writer.target.nchwcBlock as number;
  const taps = kernelHeight * kernelWidth;
  const flat = writer.node('Reshape', [weight, writer.ints(1, channelsOut, channelsIn, taps)]);
  const outside = writer.node('ReorderInput', [flat], { channels_last: 0 }, NCHWC);
  const split = writer.node('Reshape', [
    outside,
    writer.ints(channelsOut / block, channelsIn / block, block, taps, block),
  ]);
  const moved = taps === 1 ? split : writer.node('Transpose', [split], { perm: [0, 1, 3, 2, 4] });
  return writer.node('Reshape', [moved, writer.ints(channelsOut, channelsIn, kernelHeight, kernelWidth)]);
}
