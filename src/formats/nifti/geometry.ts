import { largestOf } from '../../core/lists.ts';
import { type Geometry, PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { isPlace, isStep } from '../affine.ts';
import type { NiftiOrientation } from './header.ts';

const MILLIMETRES: Readonly<Record<number, number>> = { 1: 1000, 2: 1, 3: 0.001 };
const UNIT_MM = 2;
const SCANNER_ANATOMY = 1;
/** Volume of the unit directions of a grid below which they lie in a plane, but for rounding to float32. */
const SINGULAR = 1e-6;

/** Relative difference of two spacings from which on they are not the same, but for rounding. */
const SAME_SPACING = 1e-3;

/**
 * Spacing and affine of a header, in millimetres, from one source. The sform counts before the qform, as in nibabel and ITK;
 * without either there is no affine, and pixdim tells the spacing. An unknown unit is taken as millimetres, as every reader does,
 * except where the header says nothing at all about size (no unit, no orientation, spacing 1): then the unit is pixels.
 *
 * @returns the notes tell where pixdim says something else than the affine, and where numbers make no sense and are left out.
 */
export function geometryOf(orientation: NiftiOrientation): { geometry: Geometry; notes: readonly string[] } {
  const { pixdim, unit } = orientation;
  const scale = MILLIMETRES[unit] ?? 1;
  const scaled = (affineOfSform(orientation) ?? affineOfQform(orientation))?.map((value, i) =>
    i < 12 ? value * scale : value,
  );
  const affine = scaled?.every(isPlace) && isRegular(scaled) ? scaled : undefined;
  const stated = [1, 2, 3].map((axis) => Math.abs(pixdim[axis] as number) * scale);
  if (affine === undefined) {
    if (!stated.every(isPlace)) {
      const note = 'the size of its voxels (pixdim) makes no sense, so distances are in pixels';
      return { geometry: PIXEL_GEOMETRY, notes: [note] };
    }
    const isStated = orientation.sformCode > 0 || orientation.qformCode > 0;
    const notes = isStated ? ['its orientation matrix makes no sense, so how it lies is not known'] : [];
    const steps = stated.map((step) => (isStep(step) ? step : scale));
    const isSilent = MILLIMETRES[unit] === undefined && steps.every((step) => step === 1);
    return { geometry: { spacing: reversed(steps), unit: isSilent ? 'px' : 'mm' }, notes };
  }
  const lengths = [0, 1, 2].map((column) => columnLength(affine, column));
  const isSame = (step: number, axis: number) =>
    Math.abs(step - (lengths[axis] as number)) <= SAME_SPACING * (lengths[axis] as number);
  // Where both say the same, pixdim is the rounder number.
  const steps = stated.map((step, axis) => (isSame(step, axis) ? step : (lengths[axis] as number)));
  const contradicts = stated.some((step, axis) => isStep(step) && !isSame(step, axis));
  const said = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(4))).join(' x ');
  const note = `its pixdim says ${said(stated)} mm a voxel, its orientation matrix ${said(lengths)} mm; the matrix counts`;
  return { geometry: { spacing: reversed(steps), unit: 'mm', affine }, notes: contradicts ? [note] : [] };
}

const reversed = (steps: readonly number[]) => [...steps].reverse() as [number, number, number];

/** The header fields that say what a geometry says; the qform is left out when the affine has shears, which it cannot hold. */
export function orientationOf({ spacing, unit, affine }: Geometry): NiftiOrientation {
  const steps = [spacing[2], spacing[1], spacing[0]];
  const plain = { unit: unit === 'mm' ? UNIT_MM : 0, qformCode: 0, sformCode: 0 };
  const nothing = { qform: Array<number>(6).fill(0), sform: Array<number>(12).fill(0) };
  // An affine in pixels tells directions only, which no NIfTI file can say.
  if (affine === undefined || unit === 'px') return { ...plain, ...nothing, pixdim: [1, ...steps] };
  const sform = affine.slice(0, 12);
  const rotation = rotationOf(affine);
  if (rotation === undefined) return { ...plain, ...nothing, sform, pixdim: [1, ...steps], sformCode: SCANNER_ANATOMY };
  return {
    ...plain,
    pixdim: [rotation.qfac, ...steps],
    qformCode: SCANNER_ANATOMY,
    sformCode: SCANNER_ANATOMY,
    qform: [...quaternion(rotation.matrix), affine[3] as number, affine[7] as number, affine[11] as number],
    sform,
  };
}

function affineOfSform({ sformCode, sform }: NiftiOrientation): number[] | undefined {
  if (sformCode <= 0 || !sform.every(Number.isFinite)) return undefined;
  const affine = [...sform, 0, 0, 0, 1];
  return isRegular(affine) ? affine : undefined;
}

/** "Method 2" of nifti1.h: rotation from the quaternion, spacing from pixdim, the k axis flipped when qfac is -1. */
function affineOfQform({ qformCode, qform, pixdim }: NiftiOrientation): number[] | undefined {
  if (qformCode <= 0 || !qform.every(Number.isFinite)) return undefined;
  const [b, c, d, x, y, z] = qform as [number, number, number, number, number, number];
  const squares = b * b + c * c + d * d;
  // Rounding can push the vector part past length 1; then it is a half turn and is normalised.
  const norm = squares > 1 ? 1 / Math.sqrt(squares) : 1;
  const r = rotationMatrix(Math.sqrt(Math.max(0, 1 - squares)), b * norm, c * norm, d * norm);
  const qfac = (pixdim[0] as number) < 0 ? -1 : 1;
  // Steps of 0 count as 1, those below by their size, as nibabel repairs them.
  const [i, j, k] = pixdim.slice(1, 4).map((step) => (step === 0 ? 1 : Math.abs(step))) as [number, number, number];
  const steps = [i, j, k * qfac];
  const offset = [x, y, z];
  const affine = [0, 1, 2].flatMap((row) => [
    ...[0, 1, 2].map((column) => (r[3 * row + column] as number) * (steps[column] as number)),
    offset[row] as number,
  ]);
  const whole = [...affine, 0, 0, 0, 1];
  return whole.every(Number.isFinite) && isRegular(whole) ? whole : undefined;
}

/** Whether three directions span space. The lengths are left out: tiny voxels make a tiny determinant. */
function isRegular(affine: readonly number[]): boolean {
  const lengths = [0, 1, 2].map((column) => columnLength(affine, column));
  if (!lengths.every((length) => length > 0 && Number.isFinite(length))) return false;
  const unit = affine.map((value, i) => (i < 12 && i % 4 < 3 ? value / (lengths[i % 4] as number) : value));
  return Math.abs(determinant(unit)) > SINGULAR;
}

function rotationMatrix(a: number, b: number, c: number, d: number): number[] {
  return [
    a * a + b * b - c * c - d * d,
    2 * (b * c - a * d),
    2 * (b * d + a * c),
    2 * (b * c + a * d),
    a * a + c * c - b * b - d * d,
    2 * (c * d - a * b),
    2 * (b * d - a * c),
    2 * (c * d + a * b),
    a * a + d * d - b * b - c * c,
  ];
}

/** The proper rotation of an affine without its spacing, or undefined when its axes are not at right angles. */
function rotationOf(affine: readonly number[]): { matrix: number[]; qfac: 1 | -1 } | undefined {
  const columns = [0, 1, 2].map((column) => {
    const length = columnLength(affine, column);
    return [0, 1, 2].map((row) => (affine[4 * row + column] as number) / length);
  }) as [number[], number[], number[]];
  const dot = (u: number[], v: number[]) => u.reduce((sum, value, i) => sum + value * (v[i] as number), 0);
  const [i, j, k] = columns;
  if (![dot(i, j), dot(i, k), dot(j, k)].every((cosine) => Math.abs(cosine) < 1e-5)) return undefined;
  const qfac = determinant(affine) < 0 ? -1 : 1;
  return { matrix: [0, 1, 2].flatMap((row) => [i[row] as number, j[row] as number, (k[row] as number) * qfac]), qfac };
}

/** b, c, d of the unit quaternion (a >= 0) of a rotation matrix; divides by the largest component for accuracy. */
function quaternion(r: readonly number[]): number[] {
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = r as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const squares = [1 + xx + yy + zz, 1 + xx - yy - zz, 1 - xx + yy - zz, 1 - xx - yy + zz];
  const largest = squares.indexOf(largestOf(squares));
  const half = Math.sqrt(squares[largest] as number) / 2;
  const products = [
    [half, (zy - yz) / (4 * half), (xz - zx) / (4 * half), (yx - xy) / (4 * half)],
    [(zy - yz) / (4 * half), half, (xy + yx) / (4 * half), (xz + zx) / (4 * half)],
    [(xz - zx) / (4 * half), (xy + yx) / (4 * half), half, (yz + zy) / (4 * half)],
    [(yx - xy) / (4 * half), (xz + zx) / (4 * half), (yz + zy) / (4 * half), half],
  ][largest] as number[];
  const sign = (products[0] as number) < 0 ? -1 : 1;
  return products.slice(1).map((component) => component * sign);
}

function determinant(m: readonly number[]): number {
  const [a, b, c, , d, e, f, , g, h, i] = m as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

function columnLength(affine: readonly number[], column: number): number {
  return Math.hypot(affine[column] as number, affine[4 + column] as number, affine[8 + column] as number);
}
