/** Bytes of a NIfTI-1 header and the four behind it that say there are no extensions. */
const HEADER = 352;

/**
 * A mask on the voxels of a preview, which shows every so many voxels of the scan: the preview's own header, with the classes
 * where its intensities were.
 *
 * @param preview NIfTI-1 of bytes, not compressed
 * @param sliceOf [height, width] of a slice of the scan; undefined for those not loaded
 * @param shape of the scan, [depth, height, width]
 */
export function maskVolume(
  preview: Uint8Array,
  sliceOf: (slice: number) => Uint8Array | undefined,
  shape: readonly [number, number, number],
): Uint8Array<ArrayBuffer> {
  const header = new DataView(preview.buffer, preview.byteOffset, HEADER);
  const [width, height, depth] = [42, 44, 46].map((at) => header.getInt16(at, true)) as [number, number, number];
  const start = header.getFloat32(108, true);
  const steps = [depth, height, width].map((small, axis) => stepOf(shape[axis] as number, small));
  const [deep, down, across] = steps as [number, number, number];
  const volume = new Uint8Array(start + width * height * depth);
  volume.set(preview.subarray(0, start));
  let at = start;
  for (let z = 0; z < depth; z++) {
    const slice = sliceOf(z * deep);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) volume[at++] = slice?.[y * down * shape[2] + x * across] ?? 0;
    }
  }
  return volume;
}

/** Every how many voxels were taken of so many, when so few are left. */
function stepOf(all: number, left: number): number {
  let step = 1;
  while (Math.floor((all - 1) / step) + 1 > left) step++;
  return step;
}
