import { PatchclError } from '../core/errors.ts';
import type { Voxel } from './planes.ts';

/** A place in the NIfTI world, millimetres: x grows to the patient's right, y to the front, z to the head. */
export type Place = readonly [x: number, y: number, z: number];

/** Where the centre of a voxel lies. @param affine of `Geometry`; its columns go with i, j, k, the reverse of a voxel */
export function placeOfVoxel(affine: readonly number[], [slice, row, column]: Voxel): Place {
  const along = (line: number) =>
    (affine[line] as number) * column +
    (affine[line + 1] as number) * row +
    (affine[line + 2] as number) * slice +
    (affine[line + 3] as number);
  return [along(0), along(4), along(8)];
}

/** The voxel at a place, not rounded. @throws PatchclError `bad-data` for an affine whose axes lie in one plane */
export function voxelOfPlace(affine: readonly number[], [x, y, z]: Place): Voxel {
  const at = (row: number, column: number) => affine[4 * (row % 3) + (column % 3)] as number;
  // Cyclic minors are cofactors with their signs.
  const cofactor = (row: number, column: number) =>
    at(row + 1, column + 1) * at(row + 2, column + 2) - at(row + 1, column + 2) * at(row + 2, column + 1);
  const determinant = [0, 1, 2].reduce((sum, column) => sum + at(0, column) * cofactor(0, column), 0);
  if (determinant === 0) throw new PatchclError('bad-data', 'the axes of the scan lie in one plane');
  const away = [x, y, z].map((value, row) => value - (affine[4 * row + 3] as number));
  const along = (axis: number) =>
    away.reduce((sum, distance, row) => sum + distance * cofactor(row, axis), 0) / determinant;
  return [along(2), along(1), along(0)];
}

/** A place as a person reads it: `R 12.5 A 3.0 S 40.0`, how far to each side of the origin of the scanner. */
export function placeText([x, y, z]: Place): string {
  const side = (value: number, [more, less]: readonly [string, string]) => {
    const rounded = Math.abs(value).toFixed(1);
    return `${value < 0 && Number(rounded) !== 0 ? less : more} ${rounded}`;
  };
  return `${side(x, ['R', 'L'])} ${side(y, ['A', 'P'])} ${side(z, ['S', 'I'])}`;
}
