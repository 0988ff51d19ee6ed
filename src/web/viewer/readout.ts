import type { Voxel } from '../../imaging/planes.ts';
import { placeOfVoxel, placeText } from '../../imaging/world.ts';
import type { Measures } from '../../studio/api/index.ts';

/** What there is at one voxel. */
export interface Readout {
  /** Its value, or its red, green and blue; absent while the slice is loading. */
  readonly value?: string;
  /** Column, row and slice, counted from 1 as the page counts slices. */
  readonly voxel: string;
  /** Where it lies in the scanner, millimetres; absent where the file does not say. */
  readonly place?: string;
}

/** @param slice intensities of the voxel's slice, [channels, height, width] */
export function readoutOf(measures: Measures, voxel: Voxel, slice: Float32Array | undefined): Readout {
  const { shape, channels, affine, hounsfield } = measures;
  const [z, row, column] = voxel;
  const pixels = shape[1] * shape[2];
  const at = row * shape[2] + column;
  const values = Array.from({ length: channels }, (_, channel) => slice?.[channel * pixels + at]);
  const unit = hounsfield === 'stated' ? ' HU' : '';
  const isFlat = shape[0] === 1;
  return {
    ...(slice && { value: `${values.map((value = Number.NaN) => shortNumber(value)).join(', ')}${unit}` }),
    voxel: [column + 1, row + 1, ...(isFlat ? [] : [z + 1])].join(', '),
    ...(affine && { place: `${placeText(placeOfVoxel(affine, voxel))} mm` }),
  };
}

const shortNumber = (value: number) => String(Number(value.toPrecision(5)));

/** How long a line on a plane is. @param spacing along [rows, columns] */
export function lengthText(
  from: readonly [row: number, column: number],
  to: readonly [row: number, column: number],
  spacing: readonly [number, number],
  unit: Measures['unit'],
): string {
  const [rows, columns] = [to[0] - from[0], to[1] - from[1]];
  if (unit === 'px') return `${Math.hypot(rows, columns).toFixed(1)} px`;
  return `${Math.hypot(rows * spacing[0], columns * spacing[1]).toFixed(1)} mm`;
}

/** How much so many voxels are: of a picture its area. Where the size of a voxel is not known, they are counted. */
export function amountText(voxels: number, { shape, spacing, unit }: Pick<Measures, 'shape' | 'spacing' | 'unit'>) {
  const isFlat = shape[0] === 1;
  if (unit === 'px') return `${voxels.toLocaleString('en')} ${isFlat ? 'pixels' : 'voxels'}`;
  const [through, down, across] = spacing;
  const millimetres = voxels * down * across * (isFlat ? 1 : through);
  return isFlat ? `${rounded(millimetres)} mm²` : `${rounded(millimetres / 1000)} ml`;
}

function rounded(value: number): string {
  return value === 0 ? '0' : value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
