/** What a prediction is going to hold in memory. */
export interface Workload {
  /** [channels, depth, height, width] of the scan. */
  readonly shape: readonly number[];
  readonly classes: number;
  /** Bytes of the model file. */
  readonly model: number;
  /** Whether the probabilities of all voxels are kept. */
  readonly probabilities?: boolean;
  readonly overlay?: boolean;
}

/** Bytes of a process with a runtime in it that has read nothing yet. */
const PROCESS = 250e6;
/** The model as a file, as a session, and what it computes with for a batch of slices. */
const MODEL_COPIES = 4;

/**
 * Bytes that a prediction takes at most: three times the scan as it is in memory, 4 bytes a voxel and channel, and the process
 * with its model. One part is the scan, one what is made while it is read or while parts of the mask are told apart, and
 * the third leaves room for masks, files and what the garbage collector has not taken away yet.
 */
export function memoryNeed({ shape, classes, model, probabilities = false, overlay = false }: Workload): number {
  const [channels = 1, ...extent] = shape;
  const voxels = extent.reduce((product, length) => product * length, 1);
  const maps = probabilities ? 3 * 4 * classes * voxels : 0;
  const drawn = overlay ? 3 * 3 * voxels : 0;
  return 3 * 4 * Math.max(1, channels) * voxels + maps + drawn + PROCESS + MODEL_COPIES * model;
}
