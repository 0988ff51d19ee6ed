import { add, matmul, type Shape, type Tensor } from '../graph/index.ts';
import { kaiming, type ParameterSpec, zeros } from './parameters.ts';

/** Parameters of a linear map or a convolution: a drawn weight [to, ...from], and a bias [to] of zeros. */
export function weightAndBias(
  ...shape: readonly [to: number, ...from: number[]]
): Readonly<Record<'weight' | 'bias', ParameterSpec>> {
  return { weight: kaiming(shape satisfies Shape), bias: zeros([shape[0]]) };
}

/** Parameters of a linear map. */
export interface LinearParameters {
  /** [to, from] */
  readonly weight: Tensor;
  /** [to] */
  readonly bias: Tensor;
}

/** x weight' + bias: [..., from] -> [..., to]. */
export function linear(x: Tensor, { weight, bias }: LinearParameters): Tensor {
  return add(matmul(x, weight, { transposeB: true }), bias);
}
