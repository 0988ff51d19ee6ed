import type { Lowering } from '../../lowering.ts';
import type { ImageShape } from '../../shape.ts';
import type { ConvAttributes } from './attributes.ts';
import { lowerBlockedConv, prefersBlocked, SWAP } from './blocked.ts';
import { lowerPlainConv } from './plain.ts';

interface InputGradientNames {
  readonly dy: string;
  readonly weight: string;
  /** Images of the input's shape, added to the result. */
  readonly addend?: string;
}

/** dx of a convolution from (dy, weight), plus an addend: dy * flip(weight), 10 to 100 % faster than ConvTranspose on the CPU. */
export function lowerInputGradient(
  writer: Lowering,
  { dy, weight, addend }: InputGradientNames,
  { padding, weightShape, outputShape }: ConvAttributes,
): string {
  const [channelsOut, channelsIn, kernelHeight, kernelWidth] = weightShape;
  const reversed = reversedWeight(writer, weight, weightShape);
  const [padHeight, padWidth] = [kernelHeight - 1 - padding, kernelWidth - 1 - padding];
  const pads = [padHeight, padWidth, padHeight, padWidth] as const;
  const swappedShape = [channelsIn, channelsOut, kernelHeight, kernelWidth] as const;
  const names = { x: dy, weight: reversed, addend };
  if (prefersBlocked(writer, { inputShape: outputShape, weightShape: swappedShape })) {
    return lowerBlockedConv(writer, names, { weightShape: swappedShape, pads, swapped: true });
  }
  const swapped = writer.node('Transpose', [reversed], SWAP);
  return lowerPlainConv(writer, { ...names, weight: swapped }, { kernel_shape: [kernelHeight, kernelWidth], pads });
}

/** A weight [Co, Ci, kh, kw] with both kernel axes reversed. */
function reversedWeight(
  writer: Lowering,
  weight: string,
  [channelsOut, channelsIn, height, width]: ImageShape,
): string {
  const taps = height * width;
  if (taps === 1) return weight;
  // Reversed by a product with a permutation matrix: 0.1 ms for 256 x 256 x 3 x 3, 1.9 by Transpose, Gather and Transpose.
  const reversal = Float32Array.from({ length: taps * taps }, (_, i) =>
    Math.floor(i / taps) + (i % taps) === taps - 1 ? 1 : 0,
  );
  const rows = writer.node('Reshape', [weight, writer.ints(channelsOut * channelsIn, taps)]);
  const reversed = writer.node('MatMul', [rows, writer.constant(reversal, [taps, taps])]);
  return writer.node('Reshape', [reversed, writer.ints(channelsOut, channelsIn, height, width)]);
}
