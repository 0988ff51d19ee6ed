import { classColour, type Rgb } from '../../report/colours.ts';

/** Intensities that become black and white. */
export type Window = readonly [low: number, high: number];

/**
 * Grey pixels of a plane; with three planes they are its red, green and blue.
 *
 * @param rgba [pixels, 4], filled
 */
export function paintIntensities(rgba: Uint8ClampedArray, planes: readonly Float32Array[], [low, high]: Window): void {
  const scale = 255 / Math.max(high - low, 1e-12);
  const [red, green, blue] = planes.length === 3 ? planes : [planes[0], planes[0], planes[0]];
  for (let i = 0, at = 0; at < rgba.length; i++, at += 4) {
    // Missing slices are not numbers, and clamp to black.
    rgba[at] = ((red?.[i] as number) - low) * scale;
    rgba[at + 1] = ((green?.[i] as number) - low) * scale;
    rgba[at + 2] = ((blue?.[i] as number) - low) * scale;
    rgba[at + 3] = 255;
  }
}

/** How classes are painted. */
export interface ClassColours {
  colour(value: number): Rgb;
  isShown(value: number): boolean;
}

/** Every class in the colour of its value. */
export const PLAIN_COLOURS: ClassColours = { colour: classColour, isShown: (value) => value > 0 };

/** Colours of classes over transparent background. @param opacity in [0, 1] */
export function paintLabels(
  rgba: Uint8ClampedArray,
  labels: Uint8Array,
  opacity: number,
  classes: ClassColours = PLAIN_COLOURS,
): void {
  const words = new Uint32Array(rgba.buffer, rgba.byteOffset, labels.length);
  const colours = colourWords(opacity, classes);
  for (let i = 0; i < labels.length; i++) words[i] = colours[labels[i] as number] as number;
}

/** RGBA of every class as it lies in memory. */
function colourWords(opacity: number, { colour, isShown }: ClassColours): Uint32Array {
  const bytes = new Uint8Array(256 * 4);
  for (let label = 1; label < 256; label++) {
    if (isShown(label)) bytes.set([...colour(label), Math.round(255 * opacity)], 4 * label);
  }
  return new Uint32Array(bytes.buffer);
}

/** The edges between pixels of different classes, for each class that lies on one of their sides. */
export interface Outlines {
  /** Per class: ends of edges as [row, column, row, column, ...] in pixel corners. */
  readonly edges: ReadonlyMap<number, readonly number[]>;
}

/**
 * Outlines of the classes of a plane. An edge between two classes belongs to the higher one.
 *
 * @param labels [height, width]
 */
export function outlinesOf(labels: Uint8Array, height: number, width: number): Outlines {
  const edges = new Map<number, number[]>();
  const add = (a: number, b: number, edge: readonly [number, number, number, number]) => {
    if (a === b) return;
    const label = Math.max(a, b);
    const known = edges.get(label);
    if (known === undefined) edges.set(label, [...edge]);
    else known.push(...edge);
  };
  const at = (row: number, column: number) =>
    row < 0 || column < 0 || row >= height || column >= width ? 0 : (labels[row * width + column] as number);
  for (let row = 0; row <= height; row++) {
    for (let column = 0; column <= width; column++) {
      add(at(row, column), at(row - 1, column), [row, column, row, column + 1]);
      add(at(row, column), at(row, column - 1), [row, column, row + 1, column]);
    }
  }
  return { edges };
}
