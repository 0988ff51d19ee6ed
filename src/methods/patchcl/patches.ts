import { add, gatherRows, imageShape, integers, mul, reshape, type Tensor, transpose } from '../../graph/index.ts';
import type { PatchGrid } from './geometry.ts';

/**
 * Attended patches P^k_j = patch j of x * C^k, cut out for chosen (class, patch) pairs only. Images are laid out once as
 * rows of blocks of half a patch, so that cutting a patch is picking its 2 x 2 rows.
 *
 * @param images x, [B, C, S, S]
 * @param confidences C^k, [B, K, S, S]
 * @param picks int64 [K, n]: patch numbers for each class, counted through the batch: image * perSide² + row * perSide + column
 * @returns [K * n, C, p, p]
 */
export function attendedPatches(images: Tensor, confidences: Tensor, picks: Tensor, grid: PatchGrid): Tensor {
  const [batch, channels] = imageShape(images, 'attendedPatches');
  const [, classes] = imageShape(confidences, 'attendedPatches');
  const [, perClass] = picks.shape as readonly [number, number];
  const blocks = gatherRows(blockTable(batch, grid), picks); // [K, n, 4]
  const classStart = Array.from({ length: classes }, (_, k) => k * batch * grid.blocksPerSide ** 2);
  const imagePatches = assemble(gatherRows(blockRows(images, grid), blocks), channels, grid);
  const confidenceRows = blockRows(swapBatchAndClass(confidences), grid);
  const confidenceBlocks = gatherRows(confidenceRows, add(blocks, integers(classStart, [classes, 1, 1])));
  const confidencePatches = assemble(confidenceBlocks, 1, grid);
  const flat = (x: Tensor, depth: number) => reshape(x, [classes * perClass, depth, grid.size, grid.size]);
  return mul(flat(imagePatches, channels), flat(confidencePatches, 1));
}

/** [B, K, S, S] -> [K * B, 1, S, S] */
function swapBatchAndClass(x: Tensor): Tensor {
  const [batch, classes, height, width] = imageShape(x, 'swapBatchAndClass');
  return reshape(transpose(x, [1, 0, 2, 3]), [classes * batch, 1, height, width]);
}

/** [B, C, S, S] -> [B * blocks², C * stride²]: one row per block. */
function blockRows(x: Tensor, { stride, blocksPerSide }: PatchGrid): Tensor {
  const [batch, channels] = imageShape(x, 'blockRows');
  const split = reshape(x, [batch, channels, blocksPerSide, stride, blocksPerSide, stride]);
  const moved = transpose(split, [0, 2, 4, 1, 3, 5]);
  return reshape(moved, [batch * blocksPerSide ** 2, channels * stride * stride]);
}

/** [..., 4, C * stride²] -> [n, C, p, p]: 2 x 2 blocks side by side. */
function assemble(blocks: Tensor, channels: number, { stride, size }: PatchGrid): Tensor {
  const count = blocks.shape.slice(0, -2).reduce((product, extent) => product * extent, 1);
  const split = reshape(blocks, [count, 2, 2, channels, stride, stride]);
  return reshape(transpose(split, [0, 3, 1, 4, 2, 5]), [count, channels, size, size]);
}

/** int64 [B * perSide², 4]: the block rows of every patch of the batch. */
function blockTable(batch: number, { perSide, blocksPerSide }: PatchGrid): Tensor {
  const rows: number[] = [];
  for (let image = 0; image < batch; image++) {
    for (let row = 0; row < perSide; row++) {
      for (let column = 0; column < perSide; column++) {
        const first = (image * blocksPerSide + row) * blocksPerSide + column;
        rows.push(first, first + 1, first + blocksPerSide, first + blocksPerSide + 1);
      }
    }
  }
  return integers(rows, [batch * perSide ** 2, 4]);
}
