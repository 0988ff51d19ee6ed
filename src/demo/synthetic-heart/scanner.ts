import type { Rng } from '../../core/rng.ts';

/** What one scan's coil, gradients and reconstruction do to its tissue intensities. */
export interface Scanner {
  /** Standard deviation of the noise in each of the two receive channels, tissue units. */
  readonly noise: number;
  /** Standard deviation of the point spread in pixels. */
  readonly blur: number;
  /** Logarithm of the receive field: its slopes and curvature over half the field of view. */
  readonly bias: readonly [number, number, number];
  readonly gamma: number;
  /** Largest stored intensity. */
  readonly gain: number;
}

export function drawScanner(rng: Rng): Scanner {
  const direction = rng.uniform(0, 2 * Math.PI);
  const strength = rng.uniform(0.05, 0.5);
  return {
    noise: 0.008 + 0.05 * rng.float() ** 2,
    blur: rng.uniform(0.35, 0.95),
    bias: [strength * Math.cos(direction), strength * Math.sin(direction), rng.uniform(-0.35, 0.1)],
    gamma: rng.uniform(0.8, 1.3),
    gain: rng.uniform(0.55, 1),
  };
}

/**
 * One slice [size, size] as the scanner stores it: point spread, receive field, Rician noise (the magnitude of a complex
 * signal with independent Gaussian noise in both parts).
 */
export function scanSlice(ideal: Float32Array, size: number, scanner: Scanner, rng: Rng): Float32Array {
  const scanned = blur(ideal, size, scanner.blur);
  const [right, down, curve] = scanner.bias;
  for (let i = 0; i < size; i++) {
    const y = (2 * i) / (size - 1) - 1;
    for (let j = 0; j < size; j++) {
      const x = (2 * j) / (size - 1) - 1;
      const signal = (scanned[i * size + j] as number) * Math.exp(right * x + down * y + curve * (x * x + y * y));
      const real = signal + scanner.noise * rng.normal();
      const imaginary = scanner.noise * rng.normal();
      scanned[i * size + j] = Math.sqrt(real * real + imaginary * imaginary);
    }
  }
  return scanned;
}

/** Brings a whole scan to [0, gain] with its contrast curve, in place. */
export function develop(scan: Float32Array, scanner: Scanner): void {
  let brightest = 0;
  for (const value of scan) brightest = Math.max(brightest, value);
  const scale = 1 / Math.max(brightest, 1e-6);
  for (let i = 0; i < scan.length; i++) scan[i] = scanner.gain * ((scan[i] as number) * scale) ** scanner.gamma;
}

/** Gaussian blur with the borders repeated. */
function blur(image: Float32Array, size: number, sigma: number): Float32Array {
  const reach = Math.max(1, Math.ceil(3 * sigma));
  const kernel = Float32Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-((k - reach) ** 2) / (2 * sigma ** 2)),
  );
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  const rows = pass(image, size, kernel, total, 1, size);
  return pass(rows, size, kernel, total, size, 1);
}

/** One-dimensional filter along the axis with stride `step`; `across` is the other axis's stride. */
function pass(image: Float32Array, size: number, kernel: Float32Array, total: number, step: number, across: number) {
  const reach = (kernel.length - 1) / 2;
  const filtered = new Float32Array(image.length);
  for (let line = 0; line < size; line++) {
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let k = -reach; k <= reach; k++) {
        const at = Math.min(size - 1, Math.max(0, i + k));
        sum += (kernel[k + reach] as number) * (image[line * across + at * step] as number);
      }
      filtered[line * across + i * step] = sum / total;
    }
  }
  return filtered;
}
