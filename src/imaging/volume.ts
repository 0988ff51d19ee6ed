/** Where voxels lie. Axis order is always [depth, height, width], the slowest axis first. */
export interface Geometry {
  /** Distance between voxel centres along [depth, height, width], in `unit`. */
  readonly spacing: readonly [number, number, number];
  /** `px` when the file does not say how large a pixel is. */
  readonly unit: 'mm' | 'px';
  /**
   * Row-major 4x4 matrix from voxel indices (i along width, j along height, k along depth, 1) to millimetres in the
   * NIfTI world (RAS+: x grows to the patient's right, y to the front, z to the head). Absent when the file has none.
   */
  readonly affine?: readonly number[];
}

/** A scan. `data` is C-ordered [channels, depth, height, width]; a 2D image has depth 1. */
export interface Volume {
  readonly data: Float32Array;
  /** [channels, depth, height, width] */
  readonly shape: readonly [number, number, number, number];
  readonly geometry: Geometry;
  /** Volumes over a fourth axis that the file holds, where there are several and the first was taken without being asked for. */
  readonly frames?: number;
}

/** A segmentation: one class index per voxel, C-ordered [depth, height, width]; 0 is background. */
export interface LabelVolume {
  readonly data: Uint8Array;
  /** [depth, height, width] */
  readonly shape: readonly [number, number, number];
  readonly geometry: Geometry;
}

/** Geometry of an image file that carries none: unit pixels. */
export const PIXEL_GEOMETRY: Geometry = { spacing: [1, 1, 1], unit: 'px' };
