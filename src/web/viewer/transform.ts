import type { PlaneLayout } from '../../imaging/planes.ts';
import type { Point } from '../drawing/plane.ts';

/** How a plane lies on a canvas. Pixel (row, column) of the plane has its centre at `left + (column + 0.5) * across`. */
export interface Transform {
  /** Canvas pixels per pixel of the plane, to the right and down. */
  readonly across: number;
  readonly down: number;
  /** Canvas place of the plane's corner. */
  readonly left: number;
  readonly top: number;
}

/** What a person has done to a view: enlarged it, and moved it by canvas pixels. */
export interface Look {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

export const WHOLE: Look = { zoom: 1, x: 0, y: 0 };
const MOST_ZOOM = 40;

/** The whole plane as large as fits with true proportions, in the middle, then enlarged and moved as asked. */
export function transformOf(
  { height, width, spacing }: Pick<PlaneLayout, 'height' | 'width' | 'spacing'>,
  canvas: { readonly width: number; readonly height: number },
  { zoom, x, y }: Look,
): Transform {
  const [down, across] = spacing;
  const scale = Math.min(canvas.width / (width * across), canvas.height / (height * down)) * zoom;
  return {
    across: scale * across,
    down: scale * down,
    left: (canvas.width - width * across * scale) / 2 + x,
    top: (canvas.height - height * down * scale) / 2 + y,
  };
}

/** The place on the plane under a place on the canvas; (0, 0) is the centre of the first pixel. */
export function toPlane({ across, down, left, top }: Transform, x: number, y: number): Point {
  return { row: (y - top) / down - 0.5, column: (x - left) / across - 0.5 };
}

/** Where a place on the plane lies on the canvas. */
export function toCanvas({ across, down, left, top }: Transform, { row, column }: Point): readonly [number, number] {
  return [left + (column + 0.5) * across, top + (row + 0.5) * down];
}

/** Enlarges around a place of the canvas, which stays where it is. */
export function zoomAt(
  look: Look,
  factor: number,
  [x, y]: readonly [number, number],
  canvas: { readonly width: number; readonly height: number },
): Look {
  const zoom = Math.min(MOST_ZOOM, Math.max(1, look.zoom * factor));
  if (zoom === 1) return WHOLE;
  const share = zoom / look.zoom;
  const [middleX, middleY] = [x - canvas.width / 2, y - canvas.height / 2];
  return { zoom, x: middleX - (middleX - look.x) * share, y: middleY - (middleY - look.y) * share };
}
