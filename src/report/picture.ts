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
  const colours = image.length / pixels;
  for (let i = 0; i < picture.height; i++) {
    const [top, bottom, down] = neighbours(i, scale, height);
    for (let j = 0; j < picture.width; j++) {
      const [left, right, across] = neighbours(j, scale, width);
      const at = (i * picture.width + j) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const start = colours === 1 ? 0 : channel * pixels;
        const value = (row: number, column: number) => image[start + row * width + column] as number;
        const above = value(top, left) * (1 - across) + value(top, right) * across;
        const below = value(bottom, left) * (1 - across) + value(bottom, right) * across;
        const shade = 255 * Math.min(1, Math.max(0, above * (1 - down) + below * down));
        picture.pixels[at + channel] = Math.round(shade);
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

/** The two pixels around an enlarged pixel's centre, and the weight of the second. */
function neighbours(index: number, scale: number, count: number): [number, number, number] {
  const at = Math.min(count - 1, Math.max(0, (index + 0.5) / scale - 0.5));
  const low = Math.floor(at);
  return [low, Math.min(count - 1, low + 1), at - low];
}
