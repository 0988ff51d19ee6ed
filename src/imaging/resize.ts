import { PatchclError } from '../core/errors.ts';

/** [height, width] in pixels. */
export type Size = readonly [height: number, width: number];

/** For every target position along one axis: the two source positions it lies between, and how much of the second it takes. */
interface LinearTable {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly weight: Float32Array;
}

/**
 * Bilinear resize of one plane, C-ordered [height, width].
 *
 * Pixel centres are aligned (half-pixel convention: target pixel t looks at source (t + 0.5) * from / to - 0.5, clamped to
 * the border), which is `align_corners=False` of PyTorch's `interpolate` and OpenCV's `INTER_LINEAR`. There is no
 * antialiasing: shrinking by more than 2 skips source pixels.
 *
 * @throws PatchclError `shape` when the plane's length is not height * width or a size is not a positive integer.
 */
export function resizeBilinear(plane: Float32Array, from: Size, to: Size): Float32Array {
  return resizeBilinearPlanes(plane, 1, from, to);
}

/**
 * `resizeBilinear` for several planes that share their size: [count, height, width] to [count, height2, width2], e.g. the
 * channels of an image or the class probabilities of a slice.
 *
 * @throws PatchclError `shape` when the length is not count * height * width or a size is not a positive integer.
 */
export function resizeBilinearPlanes(planes: Float32Array, count: number, from: Size, to: Size): Float32Array {
  checkSizes(planes.length, count, from, to);
  const [height, width] = from;
  const [height2, width2] = to;
  if (height === height2 && width === width2) return planes.slice();
  const rows = linearTable(height, height2);
  const columns = linearTable(width, width2);
  const resized = new Float32Array(count * height2 * width2);
  const row = new Float32Array(width);
  let target = 0;
  for (let plane = 0; plane < count; plane++) {
    for (let y = 0; y < height2; y++) {
      const start = plane * height * width;
      blendRows(
        planes,
        start + (rows.low[y] as number) * width,
        start + (rows.high[y] as number) * width,
        rows.weight[y] as number,
        row,
      );
      for (let x = 0; x < width2; x++) {
        const left = row[columns.low[x] as number] as number;
        const right = row[columns.high[x] as number] as number;
        resized[target++] = left + (right - left) * (columns.weight[x] as number);
      }
    }
  }
  return resized;
}

/**
 * The most probable class of each target pixel, of equally probable ones the first: what the largest of the planes that
 * `resizeBilinearPlanes` gives says. Where the four source pixels that a target pixel lies between agree on a class, so does
 * every blend of them: only along borders are probabilities blended at all.
 *
 * @param planes class probabilities, [count, height, width]
 * @returns class indices, [height2, width2]
 * @throws PatchclError `shape` as `resizeBilinearPlanes`
 */
export function resizeMostProbable(planes: Float32Array, count: number, from: Size, to: Size): Uint8Array {
  checkSizes(planes.length, count, from, to);
  const [height, width] = from;
  const [height2, width2] = to;
  const pixels = height * width;
  const source = mostProbable(planes, count, pixels);
  if (height === height2 && width === width2) return source;
  const rows = linearTable(height, height2);
  const columns = linearTable(width, width2);
  const labels = new Uint8Array(height2 * width2);
  const { low, high } = columns;
  for (let y = 0; y < height2; y++) {
    const above = (rows.low[y] as number) * width;
    const below = (rows.high[y] as number) * width;
    const down = rows.weight[y] as number;
    for (let x = 0; x < width2; x++) {
      const left = low[x] as number;
      const right = high[x] as number;
      const label = source[above + left] as number;
      if (label === source[above + right] && label === source[below + left] && label === source[below + right]) {
        labels[y * width2 + x] = label;
        continue;
      }
      let best = Number.NEGATIVE_INFINITY;
      for (let plane = 0; plane < planes.length; plane += pixels) {
        const a = planes[plane + above + left] as number;
        const b = planes[plane + above + right] as number;
        const onLeft = a + ((planes[plane + below + left] as number) - a) * down;
        const onRight = b + ((planes[plane + below + right] as number) - b) * down;
        const value = onLeft + (onRight - onLeft) * (columns.weight[x] as number);
        if (value <= best) continue;
        best = value;
        labels[y * width2 + x] = plane / pixels;
      }
    }
  }
  return labels;
}

function mostProbable(planes: Float32Array, count: number, pixels: number): Uint8Array {
  const labels = new Uint8Array(pixels);
  const best = planes.slice(0, pixels);
  for (let k = 1; k < count; k++) {
    for (let i = 0; i < pixels; i++) {
      const value = planes[k * pixels + i] as number;
      if (value <= (best[i] as number)) continue;
      best[i] = value;
      labels[i] = k;
    }
  }
  return labels;
}

/**
 * `resizeBilinearPlanes`, but an axis that shrinks by more than 2 is averaged by area: each target pixel is the mean of what it
 * covers of the source, parts of pixels counted by their share (OpenCV's `INTER_AREA`). Noise and fine structure that the
 * target cannot show then average out instead of turning into other patterns (aliasing).
 *
 * @throws PatchclError `shape` when the length is not count * height * width or a size is not a positive integer.
 */
export function resizeAntialiased(planes: Float32Array, count: number, from: Size, to: Size): Float32Array {
  checkSizes(planes.length, count, from, to);
  const [height, width] = from;
  const rows = height > 2 * to[0] ? to[0] : height;
  const columns = width > 2 * to[1] ? to[1] : width;
  const narrow = columns === width ? planes : averageAlong(planes, count * height, width, 1, columns);
  const small = rows === height ? narrow : averageAlong(narrow, count, height, columns, rows);
  return resizeBilinearPlanes(small, count, [rows, columns], to);
}

/** Area means along the middle axis of [outer, from, inner], which gives [outer, to, inner]. */
function averageAlong(values: Float32Array, outer: number, from: number, inner: number, to: number): Float32Array {
  const averaged = new Float32Array(outer * to * inner);
  const ratio = from / to;
  const sum = new Float64Array(inner);
  for (let o = 0; o < outer; o++) {
    for (let t = 0; t < to; t++) {
      const [start, end] = [t * ratio, Math.min(from, (t + 1) * ratio)];
      sum.fill(0);
      for (let s = Math.floor(start); s < end; s++) {
        const share = Math.min(end, s + 1) - Math.max(start, s);
        const at = (o * from + s) * inner;
        for (let i = 0; i < inner; i++) sum[i] = (sum[i] as number) + share * (values[at + i] as number);
      }
      for (let i = 0; i < inner; i++) averaged[(o * to + t) * inner + i] = (sum[i] as number) / ratio;
    }
  }
  return averaged;
}

/**
 * Nearest-neighbour resize of one plane of class indices, [height, width]; pixel centres are aligned (PyTorch's
 * `nearest-exact`), so that image and mask stay in register under `resizeBilinear` and `resizeNearest`.
 *
 * @throws PatchclError `shape` when the plane's length is not height * width or a size is not a positive integer.
 */
export function resizeNearest(plane: Uint8Array, from: Size, to: Size): Uint8Array {
  checkSizes(plane.length, 1, from, to);
  const [height, width] = from;
  const [height2, width2] = to;
  const rows = nearestTable(height, height2);
  const columns = nearestTable(width, width2);
  const resized = new Uint8Array(height2 * width2);
  let target = 0;
  for (let y = 0; y < height2; y++) {
    const start = (rows[y] as number) * width;
    for (let x = 0; x < width2; x++) resized[target++] = plane[start + (columns[x] as number)] as number;
  }
  return resized;
}

function blendRows(source: Float32Array, low: number, high: number, weight: number, into: Float32Array): void {
  for (let x = 0; x < into.length; x++) {
    const above = source[low + x] as number;
    into[x] = above + ((source[high + x] as number) - above) * weight;
  }
}

function linearTable(from: number, to: number): LinearTable {
  const table = { low: new Int32Array(to), high: new Int32Array(to), weight: new Float32Array(to) };
  for (let t = 0; t < to; t++) {
    const position = Math.min(Math.max(((t + 0.5) * from) / to - 0.5, 0), from - 1);
    const low = Math.floor(position);
    table.low[t] = low;
    table.high[t] = Math.min(low + 1, from - 1);
    table.weight[t] = position - low;
  }
  return table;
}

function nearestTable(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to }, (_, t) => Math.min(Math.floor(((t + 0.5) * from) / to), from - 1));
}

function checkSizes(length: number, count: number, from: Size, to: Size): void {
  for (const extent of [...from, ...to]) {
    if (!Number.isInteger(extent) || extent < 1) {
      throw new PatchclError(
        'shape',
        `cannot resize ${from.join(' x ')} to ${to.join(' x ')}: sizes are positive integers`,
      );
    }
  }
  if (length !== count * from[0] * from[1]) {
    throw new PatchclError('shape', `${count} plane(s) of ${from.join(' x ')} pixels do not have ${length} values`);
  }
}
