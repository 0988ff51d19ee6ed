import type { Attributes, Lowering } from '../../lowering.ts';

/** What a convolution reads, by ONNX name. */
export interface ConvInputs {
  readonly x: string;
  /** [Co, Ci, kh, kw] */
  readonly weight: string;
  /** [Co] */
  readonly bias?: string | undefined;
  /** Images of the output's shape, added to the result. */
  readonly addend?: string | undefined;
}

/** Writes a convolution of plain images; ONNX Runtime's operator that takes an addend is the processor's. */
export function lowerPlainConv(
  writer: Lowering,
  { x, weight, bias, addend }: ConvInputs,
  attributes: Attributes,
): string {
  const inputs = bias === undefined ? [x, weight] : [x, weight, bias];
  if (addend === undefined) return writer.node('Conv', inputs, attributes);
  return writer.node('FusedConv', [x, weight, bias ?? '', addend], attributes, { domain: 'com.microsoft' });
}
