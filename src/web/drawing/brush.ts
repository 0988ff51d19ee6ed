import { type Over, type Plane, type Point, setPixel } from './plane.ts';

export interface Brush {
  /** Class that is painted; 0 erases. */
  readonly label: number;
  /** Diameter in pixels. 1 paints single pixels. */
  readonly diameter: number;
  readonly over: Over;
}

/**
 * Paints every pixel whose centre lies within half a diameter of the line between two points; a click is a line of no
 * length. Moves of a pointer come in jumps, so a stroke is painted line by line.
 */
export function strokeLine(plane: Plane, from: Point, to: Point, { label, diameter, over }: Brush): void {
  const radius = diameter / 2;
  // A brush of one or two pixels would miss all centres when it stands between them: it takes the nearest.
  const reach = Math.max(radius, Math.SQRT1_2) ** 2;
  const [top, bottom] = range(from.row, to.row, radius, plane.height);
  const [left, right] = range(from.column, to.column, radius, plane.width);
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      if (squaredDistance({ row, column }, from, to) <= reach + 1e-9) setPixel(plane, row, column, label, over);
    }
  }
}

function range(a: number, b: number, radius: number, length: number): [number, number] {
  const low = Math.floor(Math.min(a, b) - radius);
  const high = Math.ceil(Math.max(a, b) + radius);
  return [Math.max(0, low), Math.min(length - 1, high)];
}

/** Of a point from a line between two others. */
function squaredDistance(point: Point, from: Point, to: Point): number {
  const [rows, columns] = [to.row - from.row, to.column - from.column];
  const length = rows * rows + columns * columns;
  const along = (point.row - from.row) * rows + (point.column - from.column) * columns;
  const share = length === 0 ? 0 : Math.min(1, Math.max(0, along / length));
  return (from.row + share * rows - point.row) ** 2 + (from.column + share * columns - point.column) ** 2;
}
