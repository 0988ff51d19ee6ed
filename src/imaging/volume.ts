/** Where voxels lie. Axis order is always [depth, height, width], the slowest axis first. */
export interface Geometry {
  /** Distance between voxel centres along [depth, height, width], in `unit`. */
  readonly spacing: readonly [number, number, number];
  /**
   * `px` when the file does not say how large a voxel is along every axis: then the spacing is 1, 1, 1, distances are in voxels,
   * and nobody may take them for millimetres. An unknown spacing is never guessed.
   */
  readonly unit: 'mm' | 'px';
  /**
   * Row-major 4x4 matrix from voxel indices (i along width, j along height, k along depth, 1) to millimetres in the
   * NIfTI world (RAS+: x grows to the patient's right, y to the front, z to the head). Absent when the file has none. Where the
   * unit is `px`, its columns are unit directions: they tell how the axes lie, not how long they are.
   */
  readonly affine?: readonly number[];
}

/** Values that become black and white. */
export interface NamedWindow {
  readonly name: string;
  readonly low: number;
  readonly high: number;
}

/** What the values of a scan mean, and how they are meant to be looked at. */
export interface ValueMeaning {
  /** Whether they are Hounsfield units; absent where the file does not say. */
  readonly isHounsfield?: boolean;
  /** Windows that the file itself states, its first one first. */
  readonly windows?: readonly NamedWindow[];
}

/** A scan. `data` is C-ordered [channels, depth, height, width]; a 2D image has depth 1. */
export interface Volume {
  readonly data: Float32Array;
  /** [channels, depth, height, width] */
  readonly shape: readonly [number, number, number, number];
  readonly geometry: Geometry;
  /** Volumes over a fourth axis that the file holds, where there are several and the first was taken without being asked for. */
  readonly frames?: number;
  /** Absent where the file says nothing of it. */
  readonly meaning?: ValueMeaning;
  /**
   * What a person should know about how the file was read, such as an unknown spacing: sentences without the final stop and
   * without the file's name. Every command and the page show them.
   */
  readonly notes?: readonly string[];
}

/** A segmentation: one class index per voxel, C-ordered [depth, height, width]; 0 is background. */
export interface LabelVolume {
  readonly data: Uint8Array;
  /** [depth, height, width] */
  readonly shape: readonly [number, number, number];
  readonly geometry: Geometry;
  /** As those of a `Volume`. */
  readonly notes?: readonly string[];
  /** Colours (`#rrggbb`) by class index where the file stores indices of a colour palette; only of the classes that occur. */
  readonly palette?: Readonly<Record<number, string>>;
  /** Whether the file stores indices of a palette of greys, whose grey values are the classes. */
  readonly hasGreyPalette?: true;
}

/** Geometry of an image file that carries none: unit pixels. */
export const PIXEL_GEOMETRY: Geometry = { spacing: [1, 1, 1], unit: 'px' };

/**
 * Stands in a segmentation for voxels that nobody has annotated, whatever value the file has for them. They take no part in losses,
 * metrics or plans. No class has this index.
 */
export const IGNORED = 255;

/** A segmentation whose unannotated voxels are background; itself where there are none. */
export function ignoredAsBackground(labels: LabelVolume): LabelVolume {
  if (!labels.data.includes(IGNORED)) return labels;
  return { ...labels, data: labels.data.map((value) => (value === IGNORED ? 0 : value)) };
}
