/** cosine[8 * x + u] = c(u) / 2 * cos((2x + 1) u pi / 16), so that a pass along each axis is the inverse transform. */
const COSINE = Float64Array.from({ length: 64 }, (_, i) => {
  const [x, u] = [i >> 3, i & 7];
  return ((u === 0 ? Math.SQRT1_2 : 1) / 2) * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

const rows = new Float64Array(64);

/**
 * The inverse discrete cosine transform of 8 x 8 coefficients (ITU T.81 annex A.3.3) in double precision, level-shifted,
 * rounded and clamped to `precision` bits, written to `out` from `at` on.
 */
export function inverseDct(block: Float64Array, precision: number, out: Uint16Array, at: number, stride: number): void {
  const middle = 2 ** (precision - 1);
  const most = 2 ** precision - 1;
  for (let v = 0; v < 8; v++) {
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let u = 0; u < 8; u++) sum += (COSINE[8 * x + u] as number) * (block[8 * v + u] as number);
      rows[8 * v + x] = sum;
    }
  }
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      let sum = middle;
      for (let v = 0; v < 8; v++) sum += (COSINE[8 * y + v] as number) * (rows[8 * v + x] as number);
      out[at + y * stride + x] = Math.max(0, Math.min(most, Math.round(sum)));
    }
  }
}
