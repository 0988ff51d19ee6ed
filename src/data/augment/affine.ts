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
  for (let plane = 0, to = 0; plane < source.length; plane += height * width) {
    for (let y = 0; y < size; y++) {
      const rowX = xy * y + offsetX;
      const rowY = yy * y + offsetY;
      for (let x = 0; x < size; x++, to++) {
        const sx = xx * x + rowX;
        const sy = yx * x + rowY;
        // Nearly all pixels come from within the frame, where nothing has to be held at its border.
        if (sx >= 0 && sx < lastX && sy >= 0 && sy < lastY) {
          const left = sx | 0;
          const top = sy | 0;
          target[to] = blend(source, plane + top * width + left, 1, width, sx - left, sy - top);
        } else {
          const heldX = Math.min(Math.max(sx, 0), lastX);
          const heldY = Math.min(Math.max(sy, 0), lastY);
          const left = heldX | 0;
          const top = heldY | 0;
          const right = left < lastX ? 1 : 0;
          const below = top < lastY ? width : 0;
          target[to] = blend(source, plane + top * width + left, right, below, heldX - left, heldY - top);
        }
      }
    }
  }
}

/** Of four pixels: the one at `from`, those `right` and `below` of it, and the one across. */
function blend(
  source: Float32Array,
  from: number,
  right: number,
  below: number,
  alongX: number,
  alongY: number,
): number {
  const topLeft = source[from] as number;
  const bottomLeft = source[from + below] as number;
  const upper = topLeft + ((source[from + right] as number) - topLeft) * alongX;
  const lower = bottomLeft + ((source[from + below + right] as number) - bottomLeft) * alongX;
  return upper + (lower - upper) * alongY;
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
      const column = Math.min(Math.max(xx * x + rowX, 0), lastX) | 0;
      const row = Math.min(Math.max(yx * x + rowY, 0), lastY) | 0;
      target[y * size + x] = source[row * frame.width + column] as number;
    }
  }
}
