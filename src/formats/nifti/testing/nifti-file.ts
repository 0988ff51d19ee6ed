import { buildHeader, type NiftiOrientation } from '../header.ts';
import { readNifti } from '../nifti.ts';

/** Axes along those of the world, 0.5 x 2 x 3 mm. */
export const PLAIN: NiftiOrientation = {
  pixdim: [1, 0.5, 2, 3],
  unit: 2,
  qformCode: 0,
  sformCode: 1,
  qform: [0, 0, 0, 0, 0, 0],
  sform: [0.5, 0, 0, 10, 0, 2, 0, 20, 0, 0, 3, 30],
};

export interface FileOptions {
  readonly version?: 1 | 2;
  readonly dims?: readonly number[];
  readonly datatype?: number;
  readonly orientation?: NiftiOrientation;
  readonly scaling?: readonly [slope: number, intercept: number];
}

/** A file of these voxels, of one row unless it is told otherwise. */
export function file(voxels: ArrayBufferView, options: FileOptions = {}): Uint8Array {
  const { version = 1, dims = [2, 1, 1], datatype = 2, orientation = PLAIN, scaling } = options;
  const header = buildHeader({ version, dims, datatype, bitsPerVoxel: 8, orientation });
  if (scaling !== undefined)
    scaling.forEach((value, i) => {
      new DataView(header.buffer).setFloat32(112 + 4 * i, value, true);
    });
  return Uint8Array.from([...header, ...new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength)]);
}

export const read = (bytes: Uint8Array, frame: number | 'all' = 0) => readNifti(bytes, 'scan.nii', { frame });
