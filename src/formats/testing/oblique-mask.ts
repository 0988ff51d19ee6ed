import type { Geometry, LabelVolume } from '../../imaging/volume.ts';

/** Lies oblique, with other distances along each axis, and the k axis running down. */
export const OBLIQUE: Geometry = {
  spacing: [3, 2, 0.5],
  unit: 'mm',
  affine: [-0.4, 1.2, 0, 10, -0.3, -1.6, 0, 20, 0, 0, -3, -30, 0, 0, 0, 1],
};

/** 2 slices of 3 x 4 pixels of three classes. */
export const OBLIQUE_MASK: LabelVolume = {
  data: Uint8Array.from({ length: 24 }, (_, i) => i % 3),
  shape: [2, 3, 4],
  geometry: OBLIQUE,
};
