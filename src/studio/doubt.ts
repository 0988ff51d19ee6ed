/** Least mean confidence of a patch that holds a class, as in the contrast. */
const DELTA = 0.05;

/** Patches along the longer side of a slice: of a quarter of it, every half patch. */
const PATCHES = 4;

/**
 * How much a model doubts its prediction of a slice: its average patch entropy, as in the contrast, with the image's
 * intensities left out, since a grey pixel is no doubt. Of every patch that holds some of a foreground class the mean of
 * F(p) = -p log p - (1 - p) log (1 - p), then the mean over these patches; where there are none, over all.
 *
 * @param probabilities [classes, height, width]
 * @returns from 0, certain, to log 2
 */
export function sliceDoubt(
  probabilities: Float32Array,
  classes: number,
  [height, width]: readonly [number, number],
): number {
  const side = Math.max(2, Math.round(Math.max(height, width) / PATCHES));
  const rows = starts(height, side);
  const columns = starts(width, side);
  let [held, heldCount, all, allCount] = [0, 0, 0, 0];
  for (let k = 1; k < classes; k++) {
    const plane = probabilities.subarray(k * height * width, (k + 1) * height * width);
    const confidence = integral(plane, height, width, (p) => p);
    const entropy = integral(plane, height, width, binaryEntropy);
    for (const top of rows) {
      for (const left of columns) {
        const box = { top, left, bottom: Math.min(height, top + side), right: Math.min(width, left + side) };
        const value = meanIn(entropy, width, box);
        all += value;
        allCount++;
        if (meanIn(confidence, width, box) < DELTA) continue;
        held += value;
        heldCount++;
      }
    }
  }
  return heldCount > 0 ? held / heldCount : all / Math.max(1, allCount);
}

function binaryEntropy(p: number): number {
  const part = (value: number) => (value <= 0 ? 0 : -value * Math.log(value));
  return part(p) + part(1 - p);
}

function starts(length: number, side: number): number[] {
  const count = Math.max(1, Math.ceil((length - side) / (side / 2)) + 1);
  return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(Math.round((i * side) / 2), length - side)));
}

/** Sums over all rectangles that begin at the upper left corner: [height + 1, width + 1]. */
function integral(plane: Float32Array, height: number, width: number, of: (value: number) => number): Float64Array {
  const sums = new Float64Array((height + 1) * (width + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += of(plane[y * width + x] as number);
      sums[(y + 1) * (width + 1) + x + 1] = (sums[y * (width + 1) + x + 1] as number) + row;
    }
  }
  return sums;
}

interface Box {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

function meanIn(sums: Float64Array, width: number, { top, left, bottom, right }: Box): number {
  const at = (y: number, x: number) => sums[y * (width + 1) + x] as number;
  return (at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left)) / ((bottom - top) * (right - left));
}
