import { OPEN, type Plane, type Point, REACHED } from './plane.ts';

/**
 * Gives the region around a point another class: all pixels of the point's own class that are reached from it over shared
 * sides. On background it fills what an outline encloses; where nothing encloses it, it fills to the border.
 */
export function floodFill({ data, height, width, locked, shut }: Plane, seed: Point, label: number): void {
  const [row, column] = [Math.round(seed.row), Math.round(seed.column)];
  if (row < 0 || column < 0 || row >= height || column >= width) return;
  const from = data[row * width + column] as number;
  if (from === label || locked?.has(from)) return;
  const waiting: number[] = [];
  const visit = (i: number) => {
    if (data[i] !== from) return;
    if (shut !== undefined && shut[i] !== OPEN) {
      shut[i] = REACHED;
      return;
    }
    data[i] = label;
    waiting.push(i);
  };
  visit(row * width + column);
  for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
    const x = i % width;
    if (x > 0) visit(i - 1);
    if (x < width - 1) visit(i + 1);
    if (i >= width) visit(i - width);
    if (i < data.length - width) visit(i + width);
  }
}
