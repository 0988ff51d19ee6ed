import { encode } from 'fast-png';
import { PatchclError } from '../core/errors.ts';
import type { Rgb } from './colours.ts';

/** An RGB raster picture: `pixels` is [height, width, 3], row by row from the top. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export function encodePicture(picture: Picture): Uint8Array {
  return encode({ width: picture.width, height: picture.height, data: picture.pixels, channels: 3 });
}

export function blankPicture(width: number, height: number, colour: Rgb = [0, 0, 0]): Picture {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < pixels.length; i++) pixels[i] = colour[i % 3] as number;
  return { width, height, pixels };
}

/**
 * A grey image [height, width], or one of red, green and blue [3, height, width], in [0, 1], enlarged by a whole factor with
 * straight lines between pixel centres, so that contours can be drawn thinner than its pixels. Values outside are clamped.
 *
 * @throws PatchclError `shape` when the array has another number of values.
 */
export function slicePicture(image: Float32Array, [height, width]: readonly [number, number], scale: number): Picture {
  const pixels = height * width;
  if (image.length !== pixels && image.length !== 3 * pixels) {
    throw new PatchclError('shape', `expected ${height} x ${width} pixels, got ${image.length} values`);
  }
  const picture = blankPicture(width * scale, height * scale);
  const isGrey = image.length === pixels;
  const [rows, columns] = [neighbours(height, scale), neighbours(width, scale)];
  // Tens of pictures of a quarter of a million pixels stand in a report: no list and no function is made per pixel.
  for (let channel = 0; channel < (isGrey ? 1 : 3); channel++) {
    const start = channel * pixels;
    for (let i = 0, at = channel; i < picture.height; i++) {
      const [top, bottom] = [start + (rows.low[i] as number) * width, start + (rows.high[i] as number) * width];
      const down = rows.weight[i] as number;
      for (let j = 0; j < picture.width; j++, at += 3) {
        const [left, right] = [columns.low[j] as number, columns.high[j] as number];
        const across = columns.weight[j] as number;
        const above = (image[top + left] as number) * (1 - across) + (image[top + right] as number) * across;
        const below = (image[bottom + left] as number) * (1 - across) + (image[bottom + right] as number) * across;
        const shade = Math.round(255 * Math.min(1, Math.max(0, above * (1 - down) + below * down)));
        picture.pixels[at] = shade;
        if (isGrey) picture.pixels[at + 1] = picture.pixels[at + 2] = shade;
      }
    }
  }
  return picture;
}

/** Mixes a colour into one pixel; pixels outside the picture are ignored. */
export function paint(picture: Picture, row: number, column: number, colour: Rgb, opacity = 1): void {
  if (row < 0 || column < 0 || row >= picture.height || column >= picture.width) return;
  const at = (row * picture.width + column) * 3;
  for (let channel = 0; channel < 3; channel++) {
    const under = picture.pixels[at + channel] as number;
    picture.pixels[at + channel] = Math.round(under + ((colour[channel] as number) - under) * opacity);
  }
}

/** Pictures in a grid, row by row, with a gap between them; all must be of one size. */
export function gridOf(pictures: readonly Picture[], columns: number, gap: number, background: Rgb): Picture {
  const [first] = pictures;
  if (first === undefined) return blankPicture(1, 1, background);
  const rows = Math.ceil(pictures.length / columns);
  const across = Math.min(columns, pictures.length);
  const grid = blankPicture(across * (first.width + gap) - gap, rows * (first.height + gap) - gap, background);
  for (const [index, picture] of pictures.entries()) {
    const top = Math.floor(index / columns) * (first.height + gap);
    const left = (index % columns) * (first.width + gap);
    for (let row = 0; row < picture.height; row++) {
      const line = picture.pixels.subarray(row * picture.width * 3, (row + 1) * picture.width * 3);
      grid.pixels.set(line, ((top + row) * grid.width + left) * 3);
    }
  }
  return grid;
}

/** The two pixels around the centre of each enlarged pixel of a line, and the weight of the second. */
function neighbours(count: number, scale: number) {
  const length = count * scale;
  const [low, high, weight] = [new Int32Array(length), new Int32Array(length), new Float64Array(length)];
  for (let index = 0; index < length; index++) {
    const at = Math.min(count - 1, Math.max(0, (index + 0.5) / scale - 0.5));
    low[index] = Math.floor(at);
    high[index] = Math.min(count - 1, (low[index] as number) + 1);
    weight[index] = at - (low[index] as number);
  }
  return { low, high, weight };
}
