/** A closed polygon in pixels: x and y of each corner in turn, pixel centres being whole numbers. */
export type Polygon = Float64Array;

/**
 * Marks the pixels whose centres lie inside of polygons by the even-odd rule: a polygon within another is a hole, one within that
 * hole is inside again. Centres on an outline are inside, of a hole's too: programs that draw outlines through pixels mean them.
 *
 * @param inside [rows, columns], turned where a polygon covers it
 */
export function fillEvenOdd(polygons: readonly Polygon[], inside: Uint8Array, rows: number, columns: number): void {
  const crossings: number[][] = Array.from({ length: rows }, () => []);
  for (const polygon of polygons) addCrossings(polygon, crossings, rows);
  for (const [y, line] of crossings.entries()) {
    line.sort((a, b) => a - b);
    for (let k = 0; k + 1 < line.length; k += 2) {
      const from = Math.max(0, Math.ceil(line[k] as number));
      const to = Math.min(columns, Math.ceil(line[k + 1] as number));
      for (let x = from; x < to; x++) inside[y * columns + x] = 1;
    }
  }
  for (const polygon of polygons) markOutline(polygon, inside, rows, columns);
}

/** Pixels within which a centre lies on an outline: files round to a few digits. */
const ON_OUTLINE = 1e-3;

/** Marks the pixels whose centres lie on the edges of a polygon. */
function markOutline(polygon: Polygon, inside: Uint8Array, rows: number, columns: number): void {
  const mark = (x: number, y: number) => {
    const [column, row] = [Math.round(x), Math.round(y)];
    const isOn = Math.abs(column - x) < ON_OUTLINE && Math.abs(row - y) < ON_OUTLINE;
    if (isOn && column >= 0 && row >= 0 && column < columns && row < rows) inside[row * columns + column] = 1;
  };
  const count = polygon.length / 2;
  for (let i = 0; i < count; i++) {
    const next = (i + 1) % count;
    const [x0, y0] = [polygon[2 * i] as number, polygon[2 * i + 1] as number];
    const [x1, y1] = [polygon[2 * next] as number, polygon[2 * next + 1] as number];
    const isSteep = Math.abs(y1 - y0) > Math.abs(x1 - x0);
    const [from, to] = isSteep ? [y0, y1] : [x0, x1];
    const [first, last] = [Math.max(0, Math.floor(Math.min(from, to))), Math.ceil(Math.max(from, to))];
    const end = Math.min(last, isSteep ? rows : columns);
    mark(x0, y0);
    for (let k = first; from !== to && k <= end; k++) {
      const part = (k - from) / (to - from);
      if (part >= 0 && part <= 1) mark(x0 + part * (x1 - x0), y0 + part * (y1 - y0));
    }
  }
}

/** Where the edges of a polygon cross the middles of lines. An edge owns its upper end, so that corners count once. */
function addCrossings(polygon: Polygon, crossings: readonly number[][], rows: number): void {
  const count = polygon.length / 2;
  for (let i = 0; i < count; i++) {
    const next = (i + 1) % count;
    const [x0, y0] = [polygon[2 * i] as number, polygon[2 * i + 1] as number];
    const [x1, y1] = [polygon[2 * next] as number, polygon[2 * next + 1] as number];
    const first = Math.max(0, Math.ceil(Math.min(y0, y1)));
    const last = Math.min(rows, Math.ceil(Math.max(y0, y1)));
    for (let y = first; y < last; y++) crossings[y]?.push(x0 + ((y - y0) * (x1 - x0)) / (y1 - y0));
  }
}
