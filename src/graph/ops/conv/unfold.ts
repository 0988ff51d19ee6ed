import type { Attributes, Lowering } from '../../lowering.ts';
import type { Shape } from '../../shape.ts';

export interface UnfoldOptions {
  /** Of x. */
  readonly channels: number;
  readonly kernel: readonly [number, number];
  /** As ONNX takes them: top, left, bottom, right. */
  readonly pads: Shape;
  /** Strides and dilations, where they are not 1. */
  readonly steps?: Attributes;
  /** Taps count from the end. Default false. */
  readonly mirrored?: boolean;
}

/** One image per channel and tap: x as that tap of a convolution with these pads meets it. */
export function unfold(
  writer: Lowering,
  x: string,
  { channels, kernel, pads, steps = {}, mirrored = false }: UnfoldOptions,
): string {
  const taps = kernel[0] * kernel[1];
  if (taps === 1 && pads.every((size) => size === 0) && Object.keys(steps).length === 0) return x;
  const oneHot = Float32Array.from({ length: channels * taps * taps }, (_, i) => {
    const [tap, place] = [Math.floor(i / taps) % taps, i % taps];
    return place === (mirrored ? taps - 1 - tap : tap) ? 1 : 0;
  });
  const weight = writer.constant(oneHot, [channels * taps, 1, ...kernel]);
  return writer.node('Conv', [x, weight], { kernel_shape: kernel, pads, group: channels, ...steps });
}

/** Sum over the first axis, which is taken away. */
export function sumOverImages(writer: Lowering, x: string, n: number): string {
  const axis = [x, writer.ints(0)];
  return n === 1 ? writer.node('Squeeze', axis) : writer.node('ReduceSum', axis, { keepdims: 0 });
}
