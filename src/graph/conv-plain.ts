import type { Attributes, GraphWriter } from './writer.ts';

/**
 * Writes a convolution of plain images.
 *
 * @param addend images of the output's shape, added to the result; ONNX Runtime's operator for that is the CPU's
 */
export function lowerPlainConv(
  writer: GraphWriter,
  { x, weight, addend }: { x: string; weight: string; addend?: string },
  attributes: Attributes,
): string {
  if (addend === undefined) return writer.node('Conv', [x, weight], attributes);
  return writer.node('FusedConv', [x, weight, '', addend], attributes, { domain: 'com.microsoft' });
}
