/** One slice of labels that is being drawn on: C-ordered [height, width], class indices. */
export interface Plane {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
  /** Classes whose pixels stay as they are. */
  readonly locked?: ReadonlySet<number>;
  /** [height, width], `OPEN` where pixels may be changed; those that are `SHUT` become `REACHED` when one is tried. */
  readonly shut?: Uint8Array;
}

/** What may be done to a pixel. */
export const [OPEN, SHUT, REACHED] = [0, 1, 2] as const;

/** A place on a plane in pixels: (0, 0) is the centre of the first pixel. */
export interface Point {
  readonly row: number;
  readonly column: number;
}

/** Which pixels a tool may change: all, or only those of one class (0: it draws around what is there). */
export type Over = 'all' | number;

/** Sets a pixel that lies on the plane, if it may be changed. */
export function setPixel(
  { data, height, width, locked, shut }: Plane,
  row: number,
  column: number,
  label: number,
  over: Over,
): void {
  if (row < 0 || column < 0 || row >= height || column >= width) return;
  const i = row * width + column;
  const before = data[i] as number;
  if (before === label || (over !== 'all' && before !== over) || locked?.has(before)) return;
  if (shut !== undefined && shut[i] !== OPEN) shut[i] = REACHED;
  else data[i] = label;
}
