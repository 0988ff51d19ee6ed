import type { PatchGrid } from '../geometry.ts';

/** A [B, C, S, S] tensor as plain numbers. */
export interface Images {
  readonly count: number;
  readonly channels: number;
  readonly size: number;
  readonly data: ArrayLike<number>;
}

/** Pixel (row, column) of channel c of image b. */
function pixel({ channels, size, data }: Images, b: number, c: number, row: number, column: number): number {
  return data[((b * channels + c) * size + row) * size + column] as number;
}

/** Upper left corner of a patch, by its number in the batch. */
function corner(patch: number, { perSide, stride }: PatchGrid) {
  const [b, inImage] = [Math.floor(patch / perSide ** 2), patch % perSide ** 2];
  return { b, top: Math.floor(inImage / perSide) * stride, left: (inImage % perSide) * stride };
}

/** The pixels of one channel of a patch, cut out one by one. */
export function cut(images: Images, channel: number, patch: number, grid: PatchGrid): number[] {
  const { b, top, left } = corner(patch, grid);
  return Array.from({ length: grid.size ** 2 }, (_, m) =>
    pixel(images, b, channel, top + Math.floor(m / grid.size), left + (m % grid.size)),
  );
}

const entropy = (a: number) => (a <= 0 || a >= 1 ? 0 : -a * Math.log(a) - (1 - a) * Math.log(1 - a));
const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;

/** Mean confidence and average patch entropy of a patch and class, as method.md writes them. */
export function measures(images: Images, confidences: Images, klass: number, patch: number, grid: PatchGrid) {
  const channels = Array.from({ length: images.channels }, (_, c) => cut(images, c, patch, grid));
  const confidence = cut(confidences, klass, patch, grid);
  const intensity = (m: number) => mean(channels.map((channel) => channel[m] as number));
  return {
    confidence: mean(confidence),
    entropy: mean(confidence.map((value, m) => entropy(value * intensity(m)))),
  };
}

/** Mean and (biased) covariance of key vectors. */
export function statistics(keys: readonly (readonly number[])[], dimensions: number) {
  const range = Array.from({ length: dimensions }, (_, i) => i);
  const average = range.map((i) => mean(keys.map((key) => key[i] as number)));
  const centred = keys.map((key) => key.map((value, i) => value - (average[i] as number)));
  const covariance = range.flatMap((i) =>
    range.map((j) => mean(centred.map((key) => (key[i] as number) * (key[j] as number)))),
  );
  return { mean: average, covariance };
}
