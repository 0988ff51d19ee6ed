import { type Over, type Plane, type Point, setPixel } from './plane.ts';

/** Paints every pixel whose centre lies inside a closed outline (even-odd rule). */
export function fillOutline(plane: Plane, outline: readonly Point[], label: number, over: Over): void {
  const rows = outline.map(({ row }) => row);
  const top = Math.max(0, Math.ceil(Math.min(...rows)));
  const bottom = Math.min(plane.height - 1, Math.floor(Math.max(...rows)));
  for (let row = top; row <= bottom; row++) {
    const crossings = crossingsAt(outline, row);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const last = Math.floor(crossings[pair + 1] as number);
      for (let column = Math.ceil(crossings[pair] as number); column <= last; column++) {
        setPixel(plane, row, column, label, over);
      }
    }
  }
}

/** Columns where the outline crosses the middle of a row, from left to right. */
function crossingsAt(outline: readonly Point[], row: number): number[] {
  const columns: number[] = [];
  for (const [index, from] of outline.entries()) {
    const to = outline[(index + 1) % outline.length] as Point;
    // Half open, so that a corner on the row counts once.
    if (from.row <= row === to.row <= row) continue;
    columns.push(from.column + ((row - from.row) / (to.row - from.row)) * (to.column - from.column));
  }
  return columns.sort((a, b) => a - b);
}
