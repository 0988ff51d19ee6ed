import { add, matmul, type Tensor } from '../graph/index.ts';

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
