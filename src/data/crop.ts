import { resizeBilinearPlanes, resizeMostProbable, type Size } from '../imaging/resize.ts';

/** How a slice is fitted to the network's input: which part of it is kept, and at what size. */
export interface Fitting {
  /** Side of the network's input, pixels. */
  readonly size: number;
  /** Fraction of height and width kept around the centre, in (0, 1]. */
  readonly crop: number;
  /**
   * What becomes of a slice that is not square. `stretch`: each side is brought to the size by itself, so that shapes are
   * distorted, differently in slices of different shape. `pad` (square, with the border repeated along the shorter side)
   * keeps shapes as they are. Absent: stretch.
   */
  readonly fit?: 'stretch' | 'pad';
  /** Absent: the slice is resized as a whole. */
  readonly tiles?: Tiles;
}

/** Pictures too large for the network are seen through overlapping tiles of its input size. */
export interface Tiles {
  /** Pixels of a tile per pixel of the picture: 1 is native size, 0.5 halves it. */
  readonly scale: number;
  /** Least overlap of neighbouring tiles at prediction, as a fraction of their side, in [0, 1). */
  readonly overlap: number;
}

/** A part of a plane, in pixels; it may reach beyond the plane. */
export interface Window {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The window around the centre that keeps the fraction `crop` of each side, at least one pixel. */
export function centreWindow([height, width]: Size, crop: number): Window {
  const kept = [height, width].map((side) => Math.min(side, Math.max(1, Math.round(side * crop)))) as [number, number];
  return around([height, width], kept);
}

/** The part of a slice that the network gets to see. */
export function keptWindow(native: Size, { crop, fit, tiles }: Fitting): Window {
  const window = centreWindow(native, crop);
  if (tiles !== undefined || fit !== 'pad') return window;
  const side = Math.max(window.height, window.width);
  return around(native, [side, side]);
}

/** [height, width] of a prepared slice: square and of the network's size, or as large as the window at the tiles' scale. */
export function preparedSize(native: Size, fitting: Fitting): Size {
  const { size, tiles } = fitting;
  if (tiles === undefined) return [size, size];
  const { height, width } = keptWindow(native, fitting);
  return [Math.max(1, Math.round(height * tiles.scale)), Math.max(1, Math.round(width * tiles.scale))];
}

function around([height, width]: Size, [keptHeight, keptWidth]: Size): Window {
  return {
    top: Math.floor((height - keptHeight) / 2),
    left: Math.floor((width - keptWidth) / 2),
    height: keptHeight,
    width: keptWidth,
  };
}

/** Copies the window out of a plane that starts at `start`; outside the plane its border is repeated. */
export function cropPlane<T extends Float32Array | Uint8Array>(
  data: T,
  start: number,
  [height, width]: Size,
  window: Window,
): T {
  const kept = new (data.constructor as new (length: number) => T)(window.height * window.width);
  const before = Math.min(window.width, Math.max(0, -window.left));
  const end = Math.max(before, Math.min(window.width, width - window.left));
  for (let y = 0; y < window.height; y++) {
    const row = start + Math.min(height - 1, Math.max(0, window.top + y)) * width;
    const to = y * window.width;
    kept.fill(data[row] as number, to, to + before);
    kept.set(data.subarray(row + window.left + before, row + window.left + end), to + before);
    kept.fill(data[row + width - 1] as number, to + end, to + window.width);
  }
  return kept;
}

/**
 * The inverse of preparation for a prediction: brings class probabilities of a prepared slice back to the native size,
 * bilinear, and takes the most probable class of each pixel. What the centre crop left out is background.
 *
 * @param probabilities [classes, height, width] of the prepared slice, see `preparedSize`
 * @param native [height, width] of the slice as stored
 * @returns class indices, [height, width]
 */
export function placeBack(probabilities: Float32Array, classes: number, fitting: Fitting, native: Size): Uint8Array {
  const window = keptWindow(native, fitting);
  const prepared = preparedSize(native, fitting);
  const shared = overlap(window, native);
  const found = resizeMostProbable(probabilities, classes, prepared, [window.height, window.width]);
  const labels = new Uint8Array(native[0] * native[1]);
  for (let y = shared.top; y < shared.bottom; y++) {
    const from = (y - window.top) * window.width - window.left;
    labels.set(found.subarray(from + shared.left, from + shared.right), y * native[1] + shared.left);
  }
  return labels;
}

/**
 * As `placeBack`, but keeps the probabilities. What the centre crop left out is background with probability 1.
 *
 * @returns [classes, height, width]
 */
export function placeBackProbabilities(
  probabilities: Float32Array,
  classes: number,
  fitting: Fitting,
  native: Size,
): Float32Array {
  const window = keptWindow(native, fitting);
  const [height, width] = native;
  const pixels = height * width;
  const planes = resizeBilinearPlanes(probabilities, classes, preparedSize(native, fitting), [
    window.height,
    window.width,
  ]);
  const shared = overlap(window, native);
  const placed = new Float32Array(classes * pixels).fill(1, 0, pixels);
  for (let k = 0; k < classes; k++) {
    for (let y = shared.top; y < shared.bottom; y++) {
      const from = (k * window.height + y - window.top) * window.width - window.left;
      placed.set(planes.subarray(from + shared.left, from + shared.right), k * pixels + y * width + shared.left);
    }
  }
  return placed;
}

/** The pixels of a plane that lie in the window; `bottom` and `right` are one further. */
function overlap(window: Window, [height, width]: Size) {
  return {
    top: Math.max(0, window.top),
    left: Math.max(0, window.left),
    bottom: Math.min(height, window.top + window.height),
    right: Math.min(width, window.left + window.width),
  };
}
