/**
 * Where each output pixel comes from: with positions taken from the centres, source = matrix * (output - shift).
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

/** The picture that is looked at: its extent, and the position in it that comes to the centre of the output. */
export interface Frame {
  readonly height: number;
  readonly width: number;
  readonly centreY: number;
  readonly centreX: number;
}

/** The constant part of the map in pixel indices: source x = xx * x + xy * y + offset x. */
function offsets(
  { xx, xy, yx, yy, shiftX, shiftY }: Affine,
  { centreX, centreY }: Frame,
  size: number,
): [number, number] {
  const centre = (size - 1) / 2;
  const fromX = centre + shiftX * size;
  const fromY = centre + shiftY * size;
  return [centreX - xx * fromX - xy * fromY, centreY - yx * fromX - yy * fromY];
}

/**
 * Bilinear, border replicated.
 *
 * @param source [channels, height, width] of the frame
 * @param target [channels, size, size], not the source
 */
export function resampleImage(
  source: Float32Array,
  frame: Frame,
  target: Float32Array,
  size: number,
  affine: Affine,
): void {
  const { xx, xy, yx, yy } = affine;
  const [offsetX, offsetY] = offsets(affine, frame, size);
  const { height, width } = frame;
  const [lastX, lastY] = [width - 1, height - 1];
  const [sourcePixels, pixels] = [height * width, size * size];
  const channels = source.length / sourcePixels;
  for (let y = 0; y < size; y++) {
    const rowX = xy * y + offsetX;
    const rowY = yy * y + offsetY;
    for (let x = 0; x < size; x++) {
      const sx = Math.min(Math.max(xx * x + rowX, 0), lastX);
      const sy = Math.min(Math.max(yx * x + rowY, 0), lastY);
      const left = Math.floor(sx);
      const top = Math.floor(sy);
      const right = left < lastX ? 1 : 0;
      const below = top < lastY ? width : 0;
      const alongX = sx - left;
      const alongY = sy - top;
      let from = top * width + left;
      let to = y * size + x;
      for (let channel = 0; channel < channels; channel++) {
        const topLeft = source[from] as number;
        const bottomLeft = source[from + below] as number;
        const upper = topLeft + ((source[from + right] as number) - topLeft) * alongX;
        const lower = bottomLeft + ((source[from + below + right] as number) - bottomLeft) * alongX;
        target[to] = upper + (lower - upper) * alongY;
        from += sourcePixels;
        to += pixels;
      }
    }
  }
}

/** Nearest neighbour, border replicated. `source` is [height, width] of the frame, `target` [size, size]. */
export function resampleLabel(
  source: Uint8Array,
  frame: Frame,
  target: Int32Array,
  size: number,
  affine: Affine,
): void {
  const { xx, xy, yx, yy } = affine;
  const [offsetX, offsetY] = offsets(affine, frame, size);
  const [lastX, lastY] = [frame.width - 1, frame.height - 1];
  for (let y = 0; y < size; y++) {
    const rowX = xy * y + offsetX + 0.5;
    const rowY = yy * y + offsetY + 0.5;
    for (let x = 0; x < size; x++) {
      const column = Math.min(Math.max(Math.floor(xx * x + rowX), 0), lastX);
      const row = Math.min(Math.max(Math.floor(yx * x + rowY), 0), lastY);
      target[y * size + x] = source[row * frame.width + column] as number;
    }
  }
}
