/** One slice of labels that is being drawn on: C-ordered [height, width], class indices. */
export interface Plane {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
  /** Classes whose pixels stay as they are. */
  readonly locked?: ReadonlySet<number>;
}

/** A place on a plane in pixels: (0, 0) is the centre of the first pixel. */
export interface Point {
  readonly row: number;
  readonly column: number;
}

/** Which pixels a tool may change: all, or only those of one class (0: it draws around what is there). */
export type Over = 'all' | number;

/** Sets a pixel that lies on the plane, if it may be changed. */
export function setPixel(
  { data, height, width, locked }: Plane,
  row: number,
  column: number,
  label: number,
  over: Over,
): void {
  if (row < 0 || column < 0 || row >= height || column >= width) return;
  const i = row * width + column;
  const before = data[i] as number;
  if ((over === 'all' || before === over) && locked?.has(before) !== true) data[i] = label;
}
