import { resizeBilinear, resizeBilinearPlanes, type Size } from '../imaging/resize.ts';

/** The part of a plane that is kept, in pixels. */
export interface Window {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The window around the centre that keeps the fraction `crop` of each side, at least one pixel. */
export function centreWindow([height, width]: Size, crop: number): Window {
  const kept = [height, width].map((side) => Math.min(side, Math.max(1, Math.round(side * crop)))) as [number, number];
  return {
    top: Math.floor((height - kept[0]) / 2),
    left: Math.floor((width - kept[1]) / 2),
    height: kept[0],
    width: kept[1],
  };
}

/** Copies the window out of a [height, width] plane that starts at `start`. */
export function cropPlane<T extends Float32Array | Uint8Array>(
  data: T,
  start: number,
  planeWidth: number,
  window: Window,
): T {
  const kept = data.slice(0, window.height * window.width) as T;
  for (let y = 0; y < window.height; y++) {
    const from = start + (window.top + y) * planeWidth + window.left;
    kept.set(data.subarray(from, from + window.width), y * window.width);
  }
  return kept;
}

/**
 * The inverse of preparation for a prediction: brings class probabilities of a prepared slice back to the native size,
 * bilinear, and takes the most probable class of each pixel. What the centre crop left out is background.
 *
 * @param probabilities [classes, size, size]
 * @param crop as in the preparation
 * @param native [height, width] of the slice as stored
 * @returns class indices, [height, width]
 */
export function placeBack(
  probabilities: Float32Array,
  classes: number,
  { size, crop }: { readonly size: number; readonly crop: number },
  native: Size,
): Uint8Array {
  const window = centreWindow(native, crop);
  const pixels = size * size;
  const labels = new Uint8Array(native[0] * native[1]);
  const best = new Float32Array(window.height * window.width).fill(Number.NEGATIVE_INFINITY);
  for (let k = 0; k < classes; k++) {
    const plane = probabilities.subarray(k * pixels, (k + 1) * pixels);
    const resized = resizeBilinear(plane, [size, size], [window.height, window.width]);
    for (let i = 0; i < resized.length; i++) {
      if ((resized[i] as number) <= (best[i] as number)) continue;
      best[i] = resized[i] as number;
      labels[(window.top + Math.floor(i / window.width)) * native[1] + window.left + (i % window.width)] = k;
    }
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
  { size, crop }: { readonly size: number; readonly crop: number },
  native: Size,
): Float32Array {
  const window = centreWindow(native, crop);
  const [height, width] = native;
  const kept = resizeBilinearPlanes(probabilities, classes, [size, size], [window.height, window.width]);
  const placed = new Float32Array(classes * height * width).fill(1, 0, height * width);
  for (let row = 0; row < classes * window.height; row++) {
    const [k, y] = [Math.floor(row / window.height), row % window.height];
    const from = kept.subarray(row * window.width, (row + 1) * window.width);
    placed.set(from, (k * height + window.top + y) * width + window.left);
  }
  return placed;
}
