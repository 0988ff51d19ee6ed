import { PatchclError } from '../core/errors.ts';
import { type PatchRole, type Rgb, ROLE_COLOURS, viridis } from './colours.ts';
import { gridOf, type Picture, paint, slicePicture } from './picture.ts';

export interface PatchBox {
  readonly role: PatchRole;
  /** The class whose anchor, positive or negative it is. */
  readonly label: number;
  /** Upper left corner in image pixels. */
  readonly top: number;
  readonly left: number;
}

export interface PatchPictureInput {
  /** [size, size], or [3, size, size] of red, green and blue, in [0, 1] */
  readonly image: Float32Array;
  readonly size: number;
  /** Side of a patch in image pixels. */
  readonly patch: number;
  /** The classes to show, in this order. */
  readonly labels: readonly number[];
  /** Entropy of every patch per class, each [rows, columns] of the patch grid; NaN where the patch is no candidate. */
  readonly entropy: readonly Float32Array[];
  /** [rows, columns] of the patch grid, which spans the image evenly. */
  readonly grid: readonly [number, number];
  readonly boxes: readonly PatchBox[];
  /** Picture pixels per image pixel; by default the smallest number that makes a panel at least 288 wide. */
  readonly scale?: number;
}

export interface PatchPictures {
  /** One row per class: the image with its boxes, and its entropy map. */
  readonly picture: Picture;
  /** The same rows apart, in the order of `labels`. */
  readonly rows: readonly Picture[];
  /** Lowest and highest entropy on the colour scale, the same for all classes. */
  readonly entropyRange: readonly [number, number];
}

/** Drawn first to last, so that the few anchors lie on top; the inset keeps boxes of one patch apart. */
const ROLES: readonly { role: PatchRole; dash: number; pause: number; inset: number }[] = [
  { role: 'negative', dash: 2, pause: 4, inset: 5 },
  { role: 'positive', dash: 8, pause: 5, inset: 2 },
  { role: 'anchor', dash: 1, pause: 0, inset: 0 },
];

const GAP = 8;
const BACKGROUND: Rgb = [24, 26, 30];

/**
 * What the contrastive loss saw in one image: per class its anchors (solid boxes), positives (dashed) and negatives (dotted),
 * and beside them the patch entropies in viridis, patches that are no candidates grey.
 *
 * @throws PatchclError `shape` when image, grids and labels do not fit together.
 */
export function patchPicture(input: PatchPictureInput): PatchPictures {
  const { image, size, labels, entropy, grid } = input;
  if (entropy.length !== labels.length || entropy.some((map) => map.length !== grid[0] * grid[1])) {
    throw new PatchclError('shape', `expected ${labels.length} entropy maps of ${grid[0]} x ${grid[1]} patches`);
  }
  const scale = input.scale ?? Math.max(1, Math.ceil(288 / size));
  const entropyRange = rangeOf(entropy);
  const rows = labels.map((label, index) => {
    const boxes = slicePicture(image, [size, size], scale);
    drawBoxes(boxes, input, label, scale);
    const map = slicePicture(image, [size, size], scale);
    drawEntropy(map, entropy[index] as Float32Array, grid, entropyRange);
    return gridOf([boxes, map], 2, GAP, BACKGROUND);
  });
  return { picture: gridOf(rows, 1, GAP, BACKGROUND), rows, entropyRange };
}

function rangeOf(maps: readonly Float32Array[]): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const map of maps) {
    for (const value of map) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low > high ? [0, 0] : [low, high];
}

function drawBoxes(picture: Picture, input: PatchPictureInput, label: number, scale: number): void {
  for (const style of ROLES) {
    for (const box of input.boxes) {
      if (box.label !== label || box.role !== style.role) continue;
      const side = input.patch * scale - 2 * style.inset;
      drawBox(picture, box.top * scale + style.inset, box.left * scale + style.inset, side, style);
    }
  }
}

/** The outline of a square, two pixels wide, within a dark seam that keeps it visible on bright tissue. */
function drawBox(picture: Picture, top: number, left: number, side: number, style: (typeof ROLES)[number]): void {
  const colour = ROLE_COLOURS[style.role];
  for (let along = 0; along < side; along++) {
    const isOn = along % (style.dash + style.pause) < style.dash;
    for (let depth = 0; depth < 3; depth++) {
      const outline: readonly (readonly [number, number])[] = [
        [top + depth, left + along],
        [top + side - 1 - depth, left + along],
        [top + along, left + depth],
        [top + along, left + side - 1 - depth],
      ];
      for (const [row, column] of outline) {
        if (depth === 2) paint(picture, row, column, [0, 0, 0], 0.45);
        else if (isOn) paint(picture, row, column, colour);
      }
    }
  }
}

function drawEntropy(
  picture: Picture,
  map: Float32Array,
  [rows, columns]: readonly [number, number],
  [low, high]: readonly [number, number],
): void {
  for (let row = 0; row < picture.height; row++) {
    const i = Math.floor((row * rows) / picture.height);
    for (let column = 0; column < picture.width; column++) {
      const value = map[i * columns + Math.floor((column * columns) / picture.width)] as number;
      if (Number.isNaN(value)) paint(picture, row, column, [70, 70, 74], 0.5);
      else paint(picture, row, column, viridis((value - low) / Math.max(high - low, 1e-12)), 0.68);
    }
  }
}
