import { PatchclError } from '../core/errors.ts';
import { blend, classColour } from './colours.ts';
import { drawEdgeLetters } from './letters.ts';
import { type Picture, paint, slicePicture } from './picture.ts';

export interface OverlayInput {
  /** [height, width], or [3, height, width] of red, green and blue, in [0, 1] */
  readonly image: Float32Array;
  /** [height, width], class indices; absent when nobody annotated the slice. */
  readonly reference?: Uint8Array;
  /** [height, width], class indices */
  readonly prediction: Uint8Array;
  /** [height, width] */
  readonly size: readonly [number, number];
  /** How many classes there are, background included. */
  readonly classes: number;
  /** The value that stands in masks for each class, which gives it its colour; default: its index. */
  readonly values?: readonly number[] | undefined;
  /** What lies beyond its edges, [top, right, bottom, left]; empty or absent where that is not known. */
  readonly letters?: readonly string[];
  /** Picture pixels per image pixel; by default the smallest number that makes the picture at least 384 wide. */
  readonly scale?: number;
}

/** Length of a reference contour's dashes in picture pixels. */
const DASH = 5;
const LINE_WIDTH = 2;

/**
 * A slice with the contours of every class in its colour: the prediction's solid, the reference's dashed in a lighter tint.
 * Where both agree the tinted dashes lie on the solid line.
 *
 * @throws PatchclError `shape` when an array does not fit `size`, `bad-data` when a mask has a class out of range.
 */
export function overlayPicture(input: OverlayInput): Picture {
  const { image, reference, prediction, size, classes } = input;
  const colourOf = (klass: number) => classColour(input.values?.[klass] ?? klass);
  const scale = input.scale ?? Math.max(1, Math.ceil(384 / size[1]));
  for (const [name, mask] of Object.entries({ prediction, ...(reference && { reference }) })) {
    checkMask(name, mask, size, classes);
  }
  const picture = slicePicture(image, size, scale);
  drawContours(picture, prediction, size, scale, (label) => ({ colour: colourOf(label), dashed: false }));
  if (reference !== undefined) {
    const tint = (label: number) => ({ colour: blend(colourOf(label), [255, 255, 255], 0.72), dashed: true });
    drawContours(picture, reference, size, scale, tint);
  }
  drawEdgeLetters(picture, input.letters ?? []);
  return picture;
}

function checkMask(name: string, mask: Uint8Array, size: readonly [number, number], classes: number): void {
  if (mask.length !== size[0] * size[1]) {
    throw new PatchclError('shape', `expected ${size[0]} x ${size[1]} pixels, got ${mask.length}`, { subject: name });
  }
  const strange = mask.find((label) => label >= classes);
  if (strange !== undefined) {
    throw new PatchclError('bad-data', `class ${strange} is out of range, there are ${classes} classes`, {
      subject: name,
    });
  }
}

/**
 * Draws the pixels of each class that lie within the line's width of a lower one, so that a border between two classes is
 * one line, in the colour of the higher.
 */
function drawContours(
  picture: Picture,
  mask: Uint8Array,
  [height, width]: readonly [number, number],
  scale: number,
  style: (label: number) => { colour: ReturnType<typeof classColour>; dashed: boolean },
): void {
  const reach = Math.min(LINE_WIDTH, scale);
  const labelAt = (row: number, column: number) => {
    const i = Math.min(height - 1, Math.max(0, Math.floor(row / scale)));
    const j = Math.min(width - 1, Math.max(0, Math.floor(column / scale)));
    return mask[i * width + j] as number;
  };
  for (let row = 0; row < picture.height; row++) {
    for (let column = 0; column < picture.width; column++) {
      const label = labelAt(row, column);
      if (label === 0) continue;
      const isEdge =
        labelAt(row - reach, column) < label ||
        labelAt(row + reach, column) < label ||
        labelAt(row, column - reach) < label ||
        labelAt(row, column + reach) < label;
      if (!isEdge) continue;
      const { colour, dashed } = style(label);
      // Dashes along lines of any direction: the fields of one colour of a chess board.
      if (dashed && (Math.floor(row / DASH) + Math.floor(column / DASH)) % 2 === 1) continue;
      paint(picture, row, column, colour);
    }
  }
}
