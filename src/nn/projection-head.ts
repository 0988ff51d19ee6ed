import {
  add,
  averagePool2d,
  div,
  imageShape,
  leakyRelu,
  matmul,
  reshape,
  sqrt,
  square,
  sum,
  type Tensor,
} from '../graph/index.ts';
import { type Filled, kaiming, zeros } from './parameters.ts';

/** Cells per side that a patch's feature map is pooled to. One cell would be blind after instance norm, whose plane means are constant. */
const GRID = 2;

/**
 * Two-layer projection head: pooled features -> hidden -> embedding.
 *
 * @param features channels of the encoder's coarsest level
 * @param dimensions size d of the embedding
 */
export function projectionHeadSpec(features: number, dimensions: number) {
  const pooled = features * GRID * GRID;
  return {
    hidden: { weight: kaiming([features, pooled]), bias: zeros([features]) },
    output: { weight: kaiming([dimensions, features], 1), bias: zeros([dimensions]) },
  };
}

/**
 * Two-layer projection head of single vectors, pooled features of a decoder: features -> 4 features -> embedding.
 *
 * @param features channels of what the decoder gives
 */
export function vectorHeadSpec(features: number, dimensions: number) {
  return {
    hidden: { weight: kaiming([4 * features, features]), bias: zeros([4 * features]) },
    output: { weight: kaiming([dimensions, 4 * features], 1), bias: zeros([dimensions]) },
  };
}

export type ProjectionHeadParameters = Filled<ReturnType<typeof projectionHeadSpec>, Tensor>;

/**
 * L2-normalised embeddings f = H(E(P)).
 *
 * @param x coarsest feature maps of patches, [N, C, h, w], h and w at least 2 and even
 * @returns [N, d], every row of length 1
 */
export function project(p: ProjectionHeadParameters, x: Tensor): Tensor {
  const [n, channels, height] = imageShape(x, 'projection head');
  const cells = height > GRID ? averagePool2d(x, height / GRID) : x;
  return projectVectors(p, reshape(cells, [n, channels * GRID * GRID]));
}

/** L2-normalised embeddings of vectors. @param x [N, inputs of the head] @returns [N, d], every row of length 1 */
export function projectVectors(p: ProjectionHeadParameters, x: Tensor): Tensor {
  const hidden = leakyRelu(add(matmul(x, p.hidden.weight, { transposeB: true }), p.hidden.bias));
  return normaliseRows(add(matmul(hidden, p.output.weight, { transposeB: true }), p.output.bias));
}

/** Rows of [N, d] scaled to length 1. */
export function normaliseRows(x: Tensor): Tensor {
  const squaredLength = sum(square(x), { axes: [1], keepDims: true });
  return div(x, sqrt(add(squaredLength, 1e-12)));
}
