/** Least mean confidence of a patch that holds a class, as in the contrast. */
const DELTA = 0.05;

/** Patches along the longer side of a slice: of a quarter of it, every half patch. */
const PATCHES = 4;

/** Sums over the patches of a slice, one per class of the foreground: only over those that hold some of the class. */
export interface PatchSums {
  /** Of the mean of F(p) = -p log p - (1 - p) log (1 - p) in a patch, nats. */
  readonly entropy: readonly number[];
  /** Of the mean of p in a patch: the foreground that the model expects there, in patches. */
  readonly confidence: readonly number[];
  /** Doubt where no patch holds any class: as if each held as little as counts. */
  readonly faint: number;
}

/** @param probabilities [classes, height, width] */
export function patchSums(
  probabilities: Float32Array,
  classes: number,
  [height, width]: readonly [number, number],
): PatchSums {
  const side = Math.max(2, Math.round(Math.max(height, width) / PATCHES));
  const rows = starts(height, side);
  const columns = starts(width, side);
  const [entropies, confidences] = [Array<number>(classes - 1).fill(0), Array<number>(classes - 1).fill(0)];
  let [all, patches] = [0, 0];
  for (let k = 0; k < classes - 1; k++) {
    const plane = probabilities.subarray((k + 1) * height * width, (k + 2) * height * width);
    const confidence = integral(plane, height, width, (p) => p);
    const entropy = integral(plane, height, width, binaryEntropy);
    for (const top of rows) {
      for (const left of columns) {
        const box = { top, left, bottom: Math.min(height, top + side), right: Math.min(width, left + side) };
        const value = meanIn(entropy, width, box);
        const held = meanIn(confidence, width, box);
        all += value;
        patches++;
        if (held < DELTA) continue;
        entropies[k] = (entropies[k] as number) + value;
        confidences[k] = (confidences[k] as number) + held;
      }
    }
  }
  return { entropy: entropies, confidence: confidences, faint: all / (DELTA * Math.max(1, patches)) };
}

/**
 * How much a model doubts its prediction of some slices, or of a whole scan: its average patch entropy, as in the contrast, with
 * the image's intensities left out, since a grey pixel is no doubt. It is taken relative to the foreground that the model
 * expects in the same patches, and averaged over the classes it sees: neither empty slices nor large organs win for their size.
 *
 * @returns 0 for certain
 */
export function doubtOf(slices: readonly PatchSums[]): number {
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const seen: number[] = [];
  for (const k of slices[0]?.confidence.keys() ?? []) {
    const confidence = total(slices.map((sums) => sums.confidence[k] as number));
    if (confidence > 0) seen.push(total(slices.map((sums) => sums.entropy[k] as number)) / confidence);
  }
  if (seen.length > 0) return total(seen) / seen.length;
  return total(slices.map(({ faint }) => faint)) / Math.max(1, slices.length);
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
