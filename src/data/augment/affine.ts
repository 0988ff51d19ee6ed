/**
 * Where each output pixel comes from: with positions taken from the image centre, source = matrix * (output - shift).
 * `x` runs along the width, `y` along the height, shifts are fractions of the side.
 */
export interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
  readonly shiftX: number;
  readonly shiftY: number;
}

/** The constant part of the map in pixel indices: source x = xx * x + xy * y + offset x. */
function offsets({ xx, xy, yx, yy, shiftX, shiftY }: Affine, size: number): [number, number] {
  const centre = (size - 1) / 2;
  const fromX = centre + shiftX * size;
  const fromY = centre + shiftY * size;
  return [centre - xx * fromX - xy * fromY, centre - yx * fromX - yy * fromY];
}

/** Bilinear, border replicated. `source` and `target` are [channels, size, size] and distinct. */
export function resampleImage(
  source: Float32Array,
  target: Float32Array,
  channels: number,
  size: number,
  affine: Affine,
): void {
  const { xx, xy, yx, yy } = affine;
  const [offsetX, offsetY] = offsets(affine, size);
  const last = size - 1;
  const pixels = size * size;
  for (let y = 0; y < size; y++) {
    const rowX = xy * y + offsetX;
    const rowY = yy * y + offsetY;
    for (let x = 0; x < size; x++) {
      const sx = Math.min(Math.max(xx * x + rowX, 0), last);
      const sy = Math.min(Math.max(yx * x + rowY, 0), last);
      const left = Math.floor(sx);
      const top = Math.floor(sy);
      const right = left < last ? 1 : 0;
      const below = top < last ? size : 0;
      const alongX = sx - left;
      const alongY = sy - top;
      let from = top * size + left;
      let to = y * size + x;
      for (let channel = 0; channel < channels; channel++) {
        const topLeft = source[from] as number;
        const bottomLeft = source[from + below] as number;
        const upper = topLeft + ((source[from + right] as number) - topLeft) * alongX;
        const lower = bottomLeft + ((source[from + below + right] as number) - bottomLeft) * alongX;
        target[to] = upper + (lower - upper) * alongY;
        from += pixels;
        to += pixels;
      }
    }
  }
}

/** Nearest neighbour, border replicated. `source` and `target` are [size, size] and distinct. */
export function resampleLabel(source: Int32Array, target: Int32Array, size: number, affine: Affine): void {
  const { xx, xy, yx, yy } = affine;
  const [offsetX, offsetY] = offsets(affine, size);
  const last = size - 1;
  for (let y = 0; y < size; y++) {
    const rowX = xy * y + offsetX + 0.5;
    const rowY = yy * y + offsetY + 0.5;
    for (let x = 0; x < size; x++) {
      const column = Math.min(Math.max(Math.floor(xx * x + rowX), 0), last);
      const row = Math.min(Math.max(Math.floor(yx * x + rowY), 0), last);
      target[y * size + x] = source[row * size + column] as number;
    }
  }
}
