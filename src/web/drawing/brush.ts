import { type Over, type Plane, type Point, setPixel } from './plane.ts';

export interface Brush {
  /** Class that is painted; 0 erases. */
  readonly label: number;
  /** Diameter in pixels. 1 paints single pixels. */
  readonly diameter: number;
  readonly over: Over;
  /** Size of a pixel along [rows, columns], where the diameter is counted in something else; default: 1 by 1. */
  readonly pixel?: readonly [number, number];
}

/** How far a brush reaches from its middle along [rows, columns], pixels. */
export function reachOf({ diameter, pixel = [1, 1] }: Pick<Brush, 'diameter' | 'pixel'>): [number, number] {
  return [diameter / 2 / pixel[0], diameter / 2 / pixel[1]];
}

/**
 * Paints every pixel whose centre lies within half a diameter of the line between two points; a click is a line of no
 * length. Where pixels are not square, the brush is round in space. Moves of a pointer come in jumps, so a stroke is painted line by line.
 */
export function strokeLine(plane: Plane, from: Point, to: Point, brush: Brush): void {
  const { label, over } = brush;
  // A brush of one or two pixels would miss all centres when it stands between them: it takes the nearest.
  const [rows, columns] = reachOf(brush).map((reach) => Math.max(reach, Math.SQRT1_2)) as [number, number];
  const [top, bottom] = range(from.row, to.row, rows, plane.height);
  const [left, right] = range(from.column, to.column, columns, plane.width);
  const scaled = ({ row, column }: Point): Point => ({ row: row / rows, column: column / columns });
  const [start, end] = [scaled(from), scaled(to)];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      if (squaredDistance(scaled({ row, column }), start, end) <= 1 + 1e-9) setPixel(plane, row, column, label, over);
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
