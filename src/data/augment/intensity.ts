/** Changes of one image plane's intensities, in place. Planes are [size, size], rows first. */

export function mean(plane: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < plane.length; i++) sum += plane[i] as number;
  return sum / plane.length;
}

/** (value - about) * factor + about + added */
export function scaleAbout(plane: Float32Array, about: number, factor: number, added: number): void {
  const offset = about * (1 - factor) + added;
  for (let i = 0; i < plane.length; i++) plane[i] = (plane[i] as number) * factor + offset;
}

const GAMMA_STEPS = 512;

/**
 * value ** gamma of values clipped to [0, 1]. Interpolated from a table: `Math.pow` per pixel would cost more than all other
 * changes together, and the difference (below 1 %, at the darkest values) is itself a change of intensities.
 */
export function applyGamma(plane: Float32Array, gamma: number): void {
  const table = new Float32Array(GAMMA_STEPS + 2);
  for (let i = 0; i <= GAMMA_STEPS; i++) table[i] = (i / GAMMA_STEPS) ** gamma;
  table[GAMMA_STEPS + 1] = 1;
  for (let i = 0; i < plane.length; i++) {
    const at = Math.min(Math.max(plane[i] as number, 0), 1) * GAMMA_STEPS;
    const below = at | 0;
    const low = table[below] as number;
    plane[i] = low + ((table[below + 1] as number) - low) * (at - below);
  }
}

/** Convolves with [w, 1 - 2w, w] along both axes, border replicated. */
export function blur(plane: Float32Array, size: number, w: number): void {
  for (let start = 0; start < plane.length; start += size) {
    let before = plane[start] as number;
    for (let i = start; i < start + size; i++) {
      const here = plane[i] as number;
      const after = i + 1 < start + size ? (plane[i + 1] as number) : here;
      plane[i] = here + w * (before + after - 2 * here);
      before = here;
    }
  }
  const above = plane.slice(0, size);
  for (let i = 0; i < plane.length; i++) {
    const here = plane[i] as number;
    const under = i + size < plane.length ? (plane[i + size] as number) : here;
    const x = i % size;
    plane[i] = here + w * ((above[x] as number) + under - 2 * here);
    above[x] = here;
  }
}

/** Mean and standard deviation of the sum of four uniform bytes. */
const BYTES_MEAN = 4 * 127.5;
const BYTES_STD = Math.sqrt((4 * (256 ** 2 - 1)) / 12);

/**
 * Adds near-Gaussian noise: the sum of the four bytes of a hashed counter (Irwin-Hall; a Gaussian cut at 3.5 standard
 * deviations), several times faster than logarithms and cosines per pixel.
 */
export function addNoise(plane: Float32Array, std: number, seed: number): void {
  const scale = std / BYTES_STD;
  let counter = seed | 0;
  for (let i = 0; i < plane.length; i++) {
    counter = (counter + 0x9e3779b9) | 0;
    let bits = counter ^ (counter >>> 16);
    bits = Math.imul(bits, 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    bits ^= bits >>> 15;
    const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
    plane[i] = (plane[i] as number) + (sum - BYTES_MEAN) * scale;
  }
}

export function fillRectangle(
  plane: Float32Array,
  size: number,
  top: number,
  left: number,
  height: number,
  width: number,
  value: number,
): void {
  for (let y = top; y < top + height; y++) plane.fill(value, y * size + left, y * size + left + width);
}
