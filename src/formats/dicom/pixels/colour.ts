/**
 * YBR_FULL to RGB (PS3.3 C.7.6.3.1.2), rounded to integers of 8 bits, in place.
 *
 * @param planes [3, pixels]: luminance and two colour differences around 128
 */
export function ybrToRgb(planes: Float32Array): void {
  const pixels = planes.length / 3;
  for (let i = 0; i < pixels; i++) convert(planes, i, pixels + i, 2 * pixels + i);
}

/** The same for [pixels, 3]. */
export function ybrPixelsToRgb(samples: Uint8Array): void {
  for (let i = 0; i + 2 < samples.length; i += 3) convert(samples, i, i + 1, i + 2);
}

function convert(samples: Float32Array | Uint8Array, first: number, second: number, third: number): void {
  const y = samples[first] as number;
  const cb = (samples[second] as number) - 128;
  const cr = (samples[third] as number) - 128;
  samples[first] = clamp(y + 1.402 * cr);
  samples[second] = clamp(y - 0.344136 * cb - 0.714136 * cr);
  samples[third] = clamp(y + 1.772 * cb);
}

const clamp = (value: number) => Math.max(0, Math.min(255, Math.round(value)));

/** Uncompressed YBR_FULL_422 stores two luminances, then the colour they share; gives three samples for every pixel. */
export function expand422(cells: Uint8Array | Uint16Array | Uint32Array): Uint16Array {
  const out = new Uint16Array((cells.length / 2) * 3);
  for (let pair = 0; pair < cells.length / 4; pair++) {
    const [first = 0, second = 0, cb = 0, cr = 0] = cells.subarray(4 * pair, 4 * pair + 4);
    out.set([first, cb, cr, second, cb, cr], 6 * pair);
  }
  return out;
}
