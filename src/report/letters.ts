import type { Rgb } from './colours.ts';
import { type Picture, paint } from './picture.ts';

/** Rows of five pixels, the top one first. */
const GLYPHS: Readonly<Record<string, readonly string[]>> = {
  R: ['####.', '#...#', '#...#', '####.', '#.#..', '#..#.', '#...#'],
  L: ['#....', '#....', '#....', '#....', '#....', '#....', '#####'],
  A: ['.###.', '#...#', '#...#', '#####', '#...#', '#...#', '#...#'],
  P: ['####.', '#...#', '#...#', '####.', '#....', '#....', '#....'],
  S: ['.####', '#....', '#....', '.###.', '....#', '....#', '####.'],
  I: ['.###.', '..#..', '..#..', '..#..', '..#..', '..#..', '.###.'],
};
const [HEIGHT, WIDTH] = [7, 5];

/** Pixels between a letter and the edge. */
const MARGIN = 3;
const COLOUR: Rgb = [255, 255, 255];
const SEAM: Rgb = [0, 0, 0];

/** Letters are left out of pictures that they would fill. */
const LEAST_SIDE = 64;

/** Writes what lies beyond the edges of a picture at their middles. @param letters [top, right, bottom, left]; empty: nothing is known */
export function drawEdgeLetters(picture: Picture, letters: readonly string[]): void {
  const { height, width } = picture;
  if (Math.min(height, width) < LEAST_SIDE) return;
  const scale = Math.max(1, Math.floor(Math.min(height, width) / 160));
  const [tall, wide, margin] = [HEIGHT * scale, WIDTH * scale, MARGIN * scale];
  const [middleRow, middleColumn] = [Math.floor((height - tall) / 2), Math.floor((width - wide) / 2)];
  const corners = [
    [margin, middleColumn],
    [middleRow, width - margin - wide],
    [height - margin - tall, middleColumn],
    [middleRow, margin],
  ] as const;
  for (const [edge, [top, left]] of corners.entries()) {
    const glyph = GLYPHS[letters[edge] ?? ''];
    if (glyph !== undefined) drawGlyph(picture, glyph, { top, left, scale });
  }
}

/** With a dark seam, so that it can be read on bright tissue. */
function drawGlyph(
  picture: Picture,
  glyph: readonly string[],
  { top, left, scale }: { readonly top: number; readonly left: number; readonly scale: number },
): void {
  const isInk = (row: number, column: number) => glyph[Math.floor(row / scale)]?.[Math.floor(column / scale)] === '#';
  for (let row = -1; row <= HEIGHT * scale; row++) {
    for (let column = -1; column <= WIDTH * scale; column++) {
      if (isInk(row, column)) paint(picture, top + row, left + column, COLOUR);
      else if (hasInkBeside(isInk, row, column)) paint(picture, top + row, left + column, SEAM);
    }
  }
}

function hasInkBeside(isInk: (row: number, column: number) => boolean, row: number, column: number): boolean {
  return [-1, 0, 1].some((down) => [-1, 0, 1].some((across) => isInk(row + down, column + across)));
}
