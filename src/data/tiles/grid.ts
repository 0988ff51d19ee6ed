import type { Size } from '../../imaging/resize.ts';

/** The upper left corner of a tile; negative where a picture is smaller than its tile and lies in the middle of it. */
export interface TileOrigin {
  readonly top: number;
  readonly left: number;
}

/**
 * Tiles that cover a picture: as few as overlap by at least the fraction `overlap` of their side, spread evenly, the outer
 * ones flush with the border. Along an axis that is shorter than a tile there is one, centred.
 *
 * @param size side of a tile
 * @returns row by row
 */
export function tileGrid([height, width]: Size, size: number, overlap: number): TileOrigin[] {
  const tops = positions(height, size, overlap);
  const lefts = positions(width, size, overlap);
  return tops.flatMap((top) => lefts.map((left) => ({ top, left })));
}

function positions(extent: number, size: number, overlap: number): number[] {
  if (extent <= size) return [Math.floor((extent - size) / 2)];
  const stride = Math.max(1, size * (1 - overlap));
  const gaps = Math.ceil((extent - size) / stride - 1e-9);
  return Array.from({ length: gaps + 1 }, (_, i) => Math.round((i * (extent - size)) / gaps));
}
