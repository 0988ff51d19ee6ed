import type { Lowering } from '../../lowering.ts';
import { isBlocked, NCHWC, toBlocked } from '../../onnx/blocked-layout.ts';
import type { ImageShape } from '../../shape.ts';
import { lowerMatmul } from '../matmul.ts';
import type { ConvAttributes } from './attributes.ts';
import { sumOverImages, unfold } from './unfold.ts';

type Inputs = readonly [x: string, dy: string];

/** dweight of a convolution from (x, dy). */
export function lowerWeightGradient(writer: Lowering, inputs: Inputs, attributes: ConvAttributes): string {
  if (prefersUnfolded(writer, attributes)) return weightGradientByUnfolding(writer, inputs, attributes);
  return prefersWindows(writer, attributes)
    ? weightGradientByWindows(writer, inputs, attributes)
    : weightGradientByMatmul(writer, inputs, attributes);
}

/** Whether x has so few channels that a copy of it for every tap is less than what windows or shifts copy. */
function prefersUnfolded(writer: Lowering, { weightShape }: ConvAttributes): boolean {
  const block = writer.target.nchwcBlock;
  const [channelsOut, channelsIn, kernelHeight, kernelWidth] = weightShape;
  const fills = block !== undefined && channelsOut % block === 0;
  return fills && kernelHeight * kernelWidth > 1 && channelsIn * kernelWidth <= channelsOut;
}

/**
 * dweight as a product of x, unfolded to one image per channel and tap, with dy, whose channels lie innermost. Layout
 * changes included 3.1 ms against 8.3 by windows for 1 to 16 channels of 4 x 256 x 256.
 */
function weightGradientByUnfolding(writer: Lowering, [x, dy]: Inputs, attributes: ConvAttributes): string {
  const { padding, inputShape, weightShape, outputShape } = attributes;
  const [n, channelsIn] = inputShape;
  const [, channelsOut, outHeight, outWidth] = outputShape;
  const [, , kernelHeight, kernelWidth] = weightShape;
  const taps = kernelHeight * kernelWidth;
  const pads = [padding, padding, padding, padding];
  const images = unfold(writer, x, { channels: channelsIn, kernel: [kernelHeight, kernelWidth], pads });
  const pixels = outHeight * outWidth;
  const rows = writer.node('Reshape', [images, writer.ints(n, channelsIn * taps, pixels)]);
  const last = channelsInnermost(writer, dy, outputShape);
  const columns = writer.node('Reshape', [last, writer.ints(n, pixels, channelsOut)]);
  const total = sumOverImages(writer, writer.node('MatMul', [rows, columns]), n);
  const byChannel = writer.node('Transpose', [total], { perm: [1, 0] });
  return writer.node('Reshape', [byChannel, writer.ints(channelsOut, channelsIn, kernelHeight, kernelWidth)]);
}

/** Whether windows beat one product of shifted copies: where there are windows, and layouts change at vector speed. */
function prefersWindows(writer: Lowering, { weightShape: [, , kernelHeight, kernelWidth] }: ConvAttributes): boolean {
  return writer.target.nchwcBlock !== undefined && kernelHeight * kernelWidth > 1;
}

/**
 * Floats between addresses that compete for the same places in the processor's first cache (4 kB). The rows of the product are a
 * whole image apart: 8.4 ms for 4 x 16 x 256 x 256, with one row more 7.4.
 */
const CACHE_DISTANCE = 1024;

/** Output channels below which unfolding x costs more than copying dy once per kernel row. */
const LEAST_ROWS = 32;

/**
 * dweight without shifted copies of x. With the channels of x innermost, [H, W Ci], the values that tap (i, j)
 * meets at the pixels of dy lie at a distance of i rows and j Ci columns: dweight is a plain convolution of that one-channel
 * image with dy as the kernel, dilated by Ci along the width, and its output [kh, kw Ci] holds all taps. ONNX Runtime unfolds
 * x for it piece by piece within the cache. Against {@link weightGradientByMatmul}, layout changes included, 2 cores, AVX-512:
 * 9.4 ms against 12.4 for 4 x 32 x 128 x 128, 7.6 against 10.5 for 4 x 64 x 64 x 64, 17 against 29 for 24 x 16 x 128 x 128.
 */
function weightGradientByWindows(writer: Lowering, [x, dy]: Inputs, attributes: ConvAttributes): string {
  const { padding, inputShape, weightShape, outputShape } = attributes;
  const [n, channelsIn, height, width] = inputShape;
  const [, channelsOut, outHeight, outWidth] = outputShape;
  const [, , kernelHeight, kernelWidth] = weightShape;
  const image = channelsInnermost(writer, x, inputShape);
  // Few output channels are few rows of a product: one copy of dy per kernel row makes them more.
  const copies = channelsOut < LEAST_ROWS ? kernelHeight : 1;
  const outer = kernelHeight - 1 - padding;
  // Copies can be had one row higher for nothing where the images would lie at distances that share a place in the cache.
  const more = copies > 1 && (height * outWidth) % CACHE_DISTANCE === 0 ? 1 : 0;
  const rows =
    copies === 1
      ? dy
      : unfold(writer, dy, {
          channels: channelsOut,
          kernel: [kernelHeight, 1],
          pads: [outer, 0, outer + more, 0],
          mirrored: true,
        });
  const kernel = [copies === 1 ? outHeight : height + more, outWidth] as const;
  const rowPads = copies === 1 ? padding : 0;
  const windows = {
    kernel_shape: kernel,
    dilations: [1, channelsIn],
    pads: [rowPads, padding * channelsIn, rowPads + more, padding * channelsIn],
  };
  const filters = channelsOut * copies;
  const stacked = prefersStacked(attributes);
  const weight = stacked
    ? writer.node('Transpose', [writer.node('Reshape', [rows, writer.ints(n, filters, ...kernel)])], {
        perm: [1, 0, 2, 3],
      })
    : writer.node('Reshape', [rows, writer.ints(n * filters, 1, ...kernel)]);
  const flat = writer.node('Reshape', [image, writer.ints(1, n, height, width * channelsIn)]);
  const products = writer.node('Conv', [flat, weight], { ...windows, group: stacked ? 1 : n });
  const perImage = writer.ints(stacked ? 1 : n, channelsOut, kernelHeight, kernelWidth, channelsIn);
  const split = writer.node('Reshape', [products, perImage]);
  return channelsOutermost(writer, sumOverImages(writer, split, stacked ? 1 : n), channelsIn);
}

/** [N, C, H, W] to [N, H, W, C]. */
function channelsInnermost(writer: Lowering, x: string, [, channels]: ImageShape): string {
  const block = writer.target.nchwcBlock as number;
  if (channels === 1) return x;
  if (channels % block !== 0) return writer.node('Transpose', [x], { perm: [0, 2, 3, 1] });
  // One block of channels lies innermost already.
  if (channels === block && isBlocked(writer, x)) return toBlocked(writer, x);
  return writer.node('ReorderOutput', [toBlocked(writer, x)], { channels, channels_last: 1 }, NCHWC);
}

/** [N, H, W, C] to [N, C, H, W], by two re-orderings at vector speed where blocks are full: 0.3 ms for 256 x 3 x 3 x 256, else 0.7. */
function channelsOutermost(writer: Lowering, x: string, channels: number): string {
  if (channels % (writer.target.nchwcBlock as number) !== 0)
    return writer.node('Transpose', [x], { perm: [0, 3, 1, 2] });
  const blocked = writer.node('ReorderInput', [x], { channels_last: 1 }, NCHWC);
  return writer.node('ReorderOutput', [blocked], { channels, channels_last: 0 }, NCHWC);
}

/**
 * dweight as one matrix product with exactly the convolution's FLOPs: x shifted along the width (kw copies) and
 * dy along the height (kh copies), both on a grid of (H + 2 padding) x Wo; [kh Co x grid] . [kw Ci x grid]' holds all taps.
 * The shifts are depthwise convolutions with one-hot kernels, which ONNX Runtime runs on all cores (Pad and Concat do not).
 */
function weightGradientByMatmul(writer: Lowering, [x, dy]: Inputs, attributes: ConvAttributes): string {
  const { padding, inputShape, weightShape, outputShape } = attributes;
  const [n, channelsIn, height] = inputShape;
  const [, channelsOut, , outWidth] = outputShape;
  const [, , kernelHeight, kernelWidth] = weightShape;
  const gridHeight = height + 2 * padding;
  const outer = kernelHeight - 1;
  const stacked = prefersStacked(attributes);
  const images = stacked ? stack(writer, x, inputShape, [padding, padding]) : x;
  const gradients = stacked ? stack(writer, dy, outputShape, [0, outer]) : dy;
  const rowPads = stacked ? 0 : padding;
  const shiftedX = unfold(writer, images, {
    channels: channelsIn,
    kernel: [1, kernelWidth],
    pads: [rowPads, padding, rowPads, padding],
  });
  const shiftedDy = unfold(writer, gradients, {
    channels: channelsOut,
    kernel: [kernelHeight, 1],
    pads: [outer, 0, stacked ? 0 : outer, 0],
    mirrored: true,
  });
  const [batch, grid] = stacked ? [1, n * gridHeight * outWidth] : [n, gridHeight * outWidth];
  const rows = writer.node('Reshape', [shiftedDy, writer.ints(batch, channelsOut * kernelHeight, grid)]);
  const columns = writer.node('Reshape', [shiftedX, writer.ints(batch, channelsIn * kernelWidth, grid)]);
  const products = lowerMatmul(writer, [rows, columns], {
    transposeB: true,
    shapes: [
      [batch, channelsOut * kernelHeight, grid],
      [batch, channelsIn * kernelWidth, grid],
    ],
  });
  const total = sumOverImages(writer, products, batch);
  const split = writer.node('Reshape', [total, writer.ints(channelsOut, kernelHeight, channelsIn, kernelWidth)]);
  return writer.node('Transpose', [split], { perm: [0, 2, 1, 3] });
}

/** Floats of image that cost as much to stack as one float of a per-image product costs to write and sum up. */
const STACKING_COST = 3;

/** Whether many channels of few pixels make it cheaper to stack the batch than to sum one product per image. */
function prefersStacked({ inputShape, weightShape, outputShape }: ConvAttributes): boolean {
  const [n, channelsIn, height, width] = inputShape;
  const product = weightShape.reduce((count, extent) => count * extent, 1);
  return n > 1 && STACKING_COST * (channelsIn + outputShape[1]) * height * width < product;
}

/** [N, C, H, W] to [1, C, N (top + H + bottom), W]: the images below each other, with rows of zeros between them. */
function stack(
  writer: Lowering,
  x: string,
  [n, channels, height, width]: ImageShape,
  [top, bottom]: readonly [number, number],
): string {
  const inside = writer.node('Transpose', [x], { perm: [1, 0, 2, 3] });
  const padded = top + bottom === 0 ? inside : writer.node('Pad', [inside, writer.ints(0, 0, top, 0, 0, 0, bottom, 0)]);
  return writer.node('Reshape', [padded, writer.ints(1, channels, n * (top + height + bottom), width)]);
}
