import {
  averagePool2d,
  cast,
  concat,
  greater,
  greaterOrEqual,
  imageShape,
  max,
  maxPool2d,
  mul,
  pad,
  slice,
  sub,
  sum,
  type Tensor,
  upsampleNearest,
} from '../graph/index.ts';

/** Pixels per side of the cells that parts are followed by: parts less than a cell apart count as one. */
const CELL = 4;
/** More cells per side would only make the search longer. */
const MOST_CELLS = 32;
/** Cells per side of the window in which a part is looked for. */
const WINDOW = 5;

/**
 * The part of each mask around its densest place, what is not connected to it removed: for organs that exist once, where a
 * teacher sees a second one far away. It stands in for the largest connected component, which would need labels to be counted;
 * this is pooling and products, so it runs within a step on every device.
 *
 * @param masks 0 or 1, [N, C, S, S]
 * @returns the same, fewer ones
 */
export function mainParts(masks: Tensor): Tensor {
  const [, , size] = imageShape(masks, 'mainParts');
  const cell = cellSize(size);
  const touched = maxPool2d(masks, cell);
  const density = mul(averagePool2d(around(averagePool2d(masks, cell), (WINDOW - 1) / 2), WINDOW, 1), touched);
  let reached = mul(cast(greaterOrEqual(density, max(density, { axes: [2, 3], keepDims: true })), 'float32'), touched);
  // Values shrink from step to step, but stay above 0 for as many steps as there are cells in a row.
  for (let step = 0; step < size / cell; step++) reached = mul(averagePool2d(around(reached, 1), 3, 1), touched);
  const kept = cast(greater(reached, 0), 'float32');
  return mul(masks, cell === 1 ? kept : upsampleNearest(kept, cell));
}

/**
 * One-hot classes of which every foreground class keeps its main part alone; the rest becomes background.
 *
 * @param classes [N, K, S, S]
 */
export function withoutStrayParts(classes: Tensor): Tensor {
  const [, count] = imageShape(classes, 'withoutStrayParts');
  const foreground = mainParts(slice(classes, { axis: 1, start: 1, end: count }));
  return concat([sub(1, sum(foreground, { axes: [1], keepDims: true })), foreground], 1);
}

function cellSize(size: number): number {
  const wanted = Math.max(CELL, Math.ceil(size / MOST_CELLS));
  for (let cell = wanted; cell > 1; cell--) if (size % cell === 0) return cell;
  return 1;
}

/** Maps with so many pixels of 0 on every side. */
export function around(x: Tensor, width: number): Tensor {
  return pad(x, [0, 0, width, width], [0, 0, width, width]);
}
