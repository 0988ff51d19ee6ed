/** How one NIfTI data type is stored. */
export interface NiftiType {
  /** Bytes of one number; a voxel has `channels` of them. */
  readonly bytes: 1 | 2 | 4 | 8;
  /** Numbers per voxel, interleaved. */
  readonly channels: number;
  /** Numbers of a buffer in the machine's byte order (little-endian everywhere JavaScript runs). */
  readonly view: (buffer: ArrayBuffer) => ArrayLike<number> | ArrayLike<bigint>;
}

/** NIfTI's data type codes; complex numbers, single bits and 128-bit floats have no place in a `Volume`. */
export const NIFTI_TYPES: ReadonlyMap<number, NiftiType> = new Map<number, NiftiType>([
  [2, { bytes: 1, channels: 1, view: (buffer) => new Uint8Array(buffer) }],
  [4, { bytes: 2, channels: 1, view: (buffer) => new Int16Array(buffer) }],
  [8, { bytes: 4, channels: 1, view: (buffer) => new Int32Array(buffer) }],
  [16, { bytes: 4, channels: 1, view: (buffer) => new Float32Array(buffer) }],
  [64, { bytes: 8, channels: 1, view: (buffer) => new Float64Array(buffer) }],
  [128, { bytes: 1, channels: 3, view: (buffer) => new Uint8Array(buffer) }],
  [256, { bytes: 1, channels: 1, view: (buffer) => new Int8Array(buffer) }],
  [512, { bytes: 2, channels: 1, view: (buffer) => new Uint16Array(buffer) }],
  [768, { bytes: 4, channels: 1, view: (buffer) => new Uint32Array(buffer) }],
  [1024, { bytes: 8, channels: 1, view: (buffer) => new BigInt64Array(buffer) }],
  [1280, { bytes: 8, channels: 1, view: (buffer) => new BigUint64Array(buffer) }],
  [2304, { bytes: 1, channels: 4, view: (buffer) => new Uint8Array(buffer) }],
]);

/** What the other codes of the standard stand for, for messages. */
export const OTHER_TYPES: ReadonlyMap<number, string> = new Map([
  [0, 'not stated'],
  [1, 'single bits'],
  [32, 'complex numbers'],
  [1536, '128-bit floats'],
  [1792, 'complex numbers'],
  [2048, 'complex numbers'],
]);

/**
 * Numbers of a run of voxels times `slope` plus `intercept`. A slope of 0 or one that is not finite means "not scaled"
 * (nifti1.h), and colours are never scaled.
 *
 * @param bytes the voxels as stored; swapped in place when the file is big-endian.
 * @returns per frame planar: [frames, channels, voxels], alpha dropped.
 */
export function decodeVoxels(
  bytes: Uint8Array<ArrayBuffer>,
  type: NiftiType,
  littleEndian: boolean,
  frames: number,
  scaling: { readonly slope: number; readonly intercept: number },
): Float32Array {
  if (!littleEndian) swapBytes(bytes, type.bytes);
  const numbers = type.view(bytes.buffer);
  if (type.channels > 1) return planar(numbers as ArrayLike<number>, type.channels, frames);
  const scaled = Number.isFinite(scaling.slope) && scaling.slope !== 0;
  const slope = scaled ? scaling.slope : 1;
  const intercept = scaled && Number.isFinite(scaling.intercept) ? scaling.intercept : 0;
  if (numbers instanceof Float32Array && slope === 1 && intercept === 0) return numbers;
  const data = new Float32Array(numbers.length);
  for (let i = 0; i < data.length; i++) data[i] = Number(numbers[i]) * slope + intercept;
  return data;
}

function planar(numbers: ArrayLike<number>, channels: number, frames: number): Float32Array {
  const voxels = numbers.length / channels / frames;
  const colours = Math.min(channels, 3);
  const data = new Float32Array(frames * colours * voxels);
  for (let frame = 0; frame < frames; frame++) {
    for (let i = 0; i < voxels; i++) {
      const source = (frame * voxels + i) * channels;
      for (let c = 0; c < colours; c++) data[(frame * colours + c) * voxels + i] = numbers[source + c] as number;
    }
  }
  return data;
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let at = 0; width > 1 && at + width <= bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}
