import type { Volume } from '../../imaging/volume.ts';

/** [depth, height, width] of the phantom as RAS; no two axes are alike. */
const SHAPE = [5, 6, 7] as const;

/** A scan whose every voxel says where it lies: values are whole numbers below 256, so that a grey pixel tells its voxel. */
export function codedPhantom(): Volume {
  const [depth, height, width] = SHAPE;
  const affine = [1, 0, 0, -20, 0, 1, 0, 30, 0, 0, 1, 5, 0, 0, 0, 1];
  return {
    data: Float32Array.from({ length: depth * height * width }, (_, i) => i),
    shape: [1, ...SHAPE],
    geometry: { spacing: [1, 1, 1], unit: 'mm', affine },
  };
}

/** How far right, in front and up a voxel lies that has a value, in voxels. */
export function placeOfValue(value: number): readonly [right: number, front: number, up: number] {
  const [, height, width] = SHAPE;
  return [value % width, Math.floor(value / width) % height, Math.floor(value / (width * height))];
}

/** The way to each side, as `placeOfValue` counts. */
export const WAYS: Readonly<Record<string, readonly [number, number, number]>> = {
  R: [1, 0, 0],
  L: [-1, 0, 0],
  A: [0, 1, 0],
  P: [0, -1, 0],
  S: [0, 0, 1],
  I: [0, 0, -1],
};
