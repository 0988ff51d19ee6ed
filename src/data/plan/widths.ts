/** Channels of the finest level, doubled with every level: the most Dice per second of training, see docs/presets.md. */
const FIRST_WIDTH = 16;
/** A coarsest map of fewer pixels per side has no more context to offer. */
const LEAST_SIDE = 4;

/**
 * Channels per level of a U-Net, fine to coarse: as many levels as the image can be halved for, from two on.
 *
 * @param size side of the image, pixels
 * @param stemStride how much smaller the first level is than the image
 * @param most levels at most
 * @example
 * networkWidths(96, 2, 4); // [16, 32, 64, 128]: 48, 24, 12 and 6 pixels
 */
export function networkWidths(size: number, stemStride: number, most: number): number[] {
  const side = (levels: number) => size / (stemStride * 2 ** (levels - 1));
  let levels = 2;
  while (levels < most && side(levels + 1) >= LEAST_SIDE && Number.isInteger(side(levels + 1))) levels++;
  return Array.from({ length: levels }, (_, level) => FIRST_WIDTH * 2 ** level);
}
