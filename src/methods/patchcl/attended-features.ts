import { averagePool2d, imageShape, matmul, mul, reshape, type Tensor, transpose } from '../../graph/index.ts';
import type { StepShape } from '../step-shape.ts';
import type { PatchGrid } from './geometry.ts';
import { ofWholeBatch } from './whole-batch.ts';

/** Attended features of every class and patch. */
export interface AttendedFeatures {
  /** Sum of the features over the patch's pixels, each times its weight, [K, patches, F] */
  readonly sums: Tensor;
  /** Sum of the weights, [K, patches] */
  readonly mass: Tensor;
}

/**
 * Features attended by class and added up over every patch: the patch's blocks, half a patch each, are weighted by one matrix
 * product, and a patch is 2 x 2 of them.
 *
 * @param features [B, F, h, w]
 * @param weights of each class, [B, K, h, w], at the size of the features
 */
export function attendedFeatures(
  features: Tensor,
  weights: Tensor,
  { blocksPerSide }: Pick<PatchGrid, 'blocksPerSide'>,
): AttendedFeatures {
  const [batch, depth] = imageShape(features, 'attendedFeatures');
  const [, classes] = imageShape(weights, 'attendedFeatures');
  const attended = matmul(blocksOf(weights, blocksPerSide), blocksOf(features, blocksPerSide), { transposeB: true });
  const sums = patchesOf(reshape(attended, [batch, blocksPerSide, blocksPerSide, classes * depth]));
  const patches = (sums.shape[0] as number) * (sums.shape[1] as number);
  return {
    sums: transpose(reshape(sums, [patches, classes, depth]), [1, 0, 2]),
    mass: patchSums(weights, blocksPerSide),
  };
}

/** Sum over every patch of maps at the size of the features. @param maps [B, K, h, w] @returns [K, patches] */
function patchSums(maps: Tensor, blocksPerSide: number): Tensor {
  const [batch, classes, height] = imageShape(maps, 'patchSums');
  const side = height / blocksPerSide;
  const pooled = mul(averagePool2d(maps, 2 * side, side), (2 * side) ** 2);
  return reshape(transpose(pooled, [1, 0, 2, 3]), [classes, batch * (blocksPerSide - 1) ** 2]);
}

/** [B, F, h, w] -> [B * blocks², F, pixels of a block] */
function blocksOf(x: Tensor, blocksPerSide: number): Tensor {
  const [batch, depth, height] = imageShape(x, 'blocksOf');
  const side = height / blocksPerSide;
  const split = reshape(x, [batch, depth, blocksPerSide, side, blocksPerSide, side]);
  return reshape(transpose(split, [0, 2, 4, 1, 3, 5]), [batch * blocksPerSide ** 2, depth, side * side]);
}

/** Sums over 2 x 2 blocks: [B, n, n, V] -> [B, (n - 1)², V] */
function patchesOf(blocks: Tensor): Tensor {
  const [batch, perSide, , values] = blocks.shape as readonly [number, number, number, number];
  const pooled = mul(averagePool2d(transpose(blocks, [0, 3, 1, 2]), 2, 1), 4);
  return reshape(transpose(pooled, [0, 2, 3, 1]), [batch, (perSide - 1) ** 2, values]);
}

/** Attended features of the patches of all ranks. @param perImage patches of an image */
export function ofAllRanks({ sums, mass }: AttendedFeatures, shape: StepShape, perImage: number): AttendedFeatures {
  if (shape.place === undefined) return { sums, mass };
  const [classes, patches, depth] = sums.shape as readonly [number, number, number];
  const rows = reshape(transpose(sums, [0, 2, 1]), [classes * depth, patches]);
  const all = ofWholeBatch(rows, shape, perImage);
  const total = all.shape[1] as number;
  return {
    sums: transpose(reshape(all, [classes, depth, total]), [0, 2, 1]),
    mass: ofWholeBatch(mass, shape, perImage),
  };
}
