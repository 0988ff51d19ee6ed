/**
 * The outlines of a class on a slice, as closed polygons along the edges of its pixels: outer ones and those of holes alike, so that
 * filling them by the even-odd rule gives the same pixels again. Pixels that touch at a corner only have outlines of their own.
 *
 * @param data [rows, columns]
 * @returns corners as x, y in turn, pixel centres being whole numbers; only those where the outline turns.
 */
export function outlines(data: Uint8Array, rows: number, columns: number, value: number): number[][] {
  const isInside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < columns && y < rows && data[y * columns + x] === value;
  // Edges with the inside on their right hand, from corner to corner; corners are numbered row by row.
  const width = columns + 1;
  const ends = new Map<number, number[]>();
  const add = (from: number, to: number) => {
    const others = ends.get(from);
    if (others === undefined) ends.set(from, [to]);
    else others.push(to);
  };
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      if (!isInside(x, y)) continue;
      const corner = y * width + x;
      if (!isInside(x, y - 1)) add(corner, corner + 1);
      if (!isInside(x + 1, y)) add(corner + 1, corner + 1 + width);
      if (!isInside(x, y + 1)) add(corner + 1 + width, corner + width);
      if (!isInside(x - 1, y)) add(corner + width, corner);
    }
  }
  const polygons: number[][] = [];
  for (const start of ends.keys()) {
    while ((ends.get(start)?.length ?? 0) > 0) polygons.push(polygonFrom(start, ends, width));
  }
  return polygons;
}

function polygonFrom(start: number, ends: Map<number, number[]>, width: number): number[] {
  const corners = [start];
  let [at, way] = [start, 0];
  do {
    const next = takeEnd(ends.get(at) as number[], at, way, width);
    way = next - at;
    at = next;
    corners.push(at);
  } while (at !== start);
  corners.pop();
  const isTurn = (i: number) => {
    const [before, here, after] = [corners.at(i - 1), corners[i], corners[(i + 1) % corners.length]] as [
      number,
      number,
      number,
    ];
    return here - before !== after - here;
  };
  return corners
    .filter((_, i) => isTurn(i))
    .flatMap((corner) => [(corner % width) - 0.5, Math.floor(corner / width) - 0.5]);
}

/** Where two outlines meet at a corner, the turn to the right keeps them apart. */
function takeEnd(ends: number[], at: number, way: number, width: number): number {
  const right = Math.abs(way) === 1 ? way * width : -Math.sign(way);
  const index = Math.max(0, ends.indexOf(at + right));
  return ends.splice(index, 1)[0] as number;
}
