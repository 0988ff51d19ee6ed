import { damaged, foreign, unsupported } from '../damaged.ts';
import type { NumberType } from '../numbers.ts';

/** What a NRRD header says. Axes are in file order, the fastest first. */
export interface NrrdHeader {
  readonly type: NumberType;
  readonly sizes: readonly number[];
  readonly encoding: 'raw' | 'gzip' | 'text' | 'hex';
  readonly littleEndian: boolean;
  /** Letters of the world, where it is one of the body. */
  readonly space: 'RAS' | 'LPS' | 'LAS' | undefined;
  /** Steps along each axis in the world; undefined for axes that are not in space. */
  readonly directions: readonly (readonly number[] | undefined)[] | undefined;
  readonly origin: readonly number[] | undefined;
  readonly spacings: readonly number[];
  readonly kinds: readonly string[];
  /** Millimetres of a unit of space; NaN where it is none of length. */
  readonly unit: number;
  /** The same of each axis, which counts for `spacings`. */
  readonly units: readonly number[];
  /** Where the voxels begin, in the file itself; -1: they end with it. */
  readonly skip: { readonly lines: number; readonly bytes: number };
  /** Name of the file with the voxels, where they are not in this one. */
  readonly dataFile: string | undefined;
  /** Where the header ends, in bytes. */
  readonly end: number;
  /** What others wrote down, such as the names of segments. */
  readonly values: ReadonlyMap<string, string>;
}

const TYPES: Readonly<Record<string, NumberType>> = Object.fromEntries(
  (
    [
      ['int', 1, ['signed char', 'int8', 'int8_t']],
      ['uint', 1, ['uchar', 'unsigned char', 'uint8', 'uint8_t']],
      ['int', 2, ['short', 'short int', 'signed short', 'signed short int', 'int16', 'int16_t']],
      ['uint', 2, ['ushort', 'unsigned short', 'unsigned short int', 'uint16', 'uint16_t']],
      ['int', 4, ['int', 'signed int', 'int32', 'int32_t']],
      ['uint', 4, ['uint', 'unsigned int', 'uint32', 'uint32_t']],
      [
        'int',
        8,
        ['longlong', 'long long', 'long long int', 'signed long long', 'signed long long int', 'int64', 'int64_t'],
      ],
      ['uint', 8, ['ulonglong', 'unsigned long long', 'unsigned long long int', 'uint64', 'uint64_t']],
      ['float', 4, ['float']],
      ['float', 8, ['double']],
    ] as const
  ).flatMap(([kind, bytes, names]) => names.map((name) => [name, { kind, bytes }])),
);

const SPACES: Readonly<Record<string, 'RAS' | 'LPS' | 'LAS'>> = {
  'right-anterior-superior': 'RAS',
  ras: 'RAS',
  'left-posterior-superior': 'LPS',
  lps: 'LPS',
  'left-anterior-superior': 'LAS',
  las: 'LAS',
};

const UNITS: Readonly<Record<string, number>> = {
  mm: 1,
  millimeter: 1,
  millimeters: 1,
  cm: 10,
  m: 1000,
  um: 1e-3,
  µm: 1e-3,
  μm: 1e-3,
  micron: 1e-3,
  microns: 1e-3,
  micrometer: 1e-3,
  micrometers: 1e-3,
  nm: 1e-6,
  in: 25.4,
  inch: 25.4,
  // As good as nothing stated, which means millimetres.
  '': 1,
  '???': 1,
  unknown: 1,
  none: 1,
};

const MAX_HEADER = 1 << 22;
const MAX_AXES = 16;

export function isNrrd(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 7)) === 'NRRD000';
}

/**
 * Reads a NRRD header.
 *
 * @throws PatchclError `bad-file` when it makes no sense, `unsupported` for types and encodings that are not read.
 * @see https://teem.sourceforge.net/nrrd/format.html
 */
export function readNrrdHeader(bytes: Uint8Array, name: string): NrrdHeader {
  if (!isNrrd(bytes)) throw foreign(name, 'NRRD');
  const { fields, values, end } = readLines(bytes);
  const text = (key: string) => fields.get(key)?.trim();
  const sizes = numbersOf(text('sizes') ?? '');
  const dimension = Number(text('dimension'));
  const isPossible = sizes.every((size) => Number.isSafeInteger(size) && size > 0) && sizes.length <= MAX_AXES;
  if (!isPossible || sizes.length === 0 || sizes.length !== dimension) {
    throw damaged(name, `its NRRD header claims ${sizes.length} sizes of ${text('dimension') ?? 'no'} dimensions`);
  }
  const typeName = text('type')?.toLowerCase() ?? '';
  const type = TYPES[typeName];
  if (type === undefined) {
    throw unsupported(name, `NRRD of the type "${typeName}" is not read`, 'Save it with numbers of 8 to 64 bits.');
  }
  const [lines, skipped] = [text('line skip') ?? text('lineskip'), text('byte skip') ?? text('byteskip')];
  return {
    type,
    sizes,
    encoding: encodingOf(text('encoding')?.toLowerCase() ?? 'raw', name),
    littleEndian: text('endian')?.toLowerCase() !== 'big',
    space: SPACES[(text('space') ?? '').toLowerCase().replace(/-time$|t$/, '')],
    directions: directionsOf(text('space directions'), sizes.length, name),
    origin: text('space origin') === undefined ? undefined : vectorOf(text('space origin') as string),
    spacings: numbersOf(text('spacings') ?? ''),
    kinds: (text('kinds') ?? '').split(/\s+/).filter((kind) => kind !== ''),
    unit: unitOfSpace(unitsOf(text('space units'))),
    units: sizes.map((_, axis) => unitsOf(text('units'))[axis] ?? 1),
    skip: { lines: Number(lines ?? 0) || 0, bytes: Number(skipped ?? 0) || 0 },
    dataFile: text('data file') ?? text('datafile'),
    end,
    values,
  };
}

function readLines(bytes: Uint8Array) {
  const fields = new Map<string, string>();
  const values = new Map<string, string>();
  let at = 0;
  for (let line = 0; at < bytes.length && at < MAX_HEADER; line++) {
    const feed = bytes.indexOf(0x0a, at);
    const end = feed < 0 ? bytes.length : feed;
    const text = new TextDecoder().decode(bytes.subarray(at, end)).replace(/\r$/, '');
    at = end + 1;
    if (text === '') break;
    if (line === 0 || text.startsWith('#')) continue;
    const value = text.indexOf(':=');
    const field = text.indexOf(':');
    if (value >= 0 && value === field) values.set(text.slice(0, value), text.slice(value + 2));
    else if (field > 0) fields.set(text.slice(0, field).toLowerCase(), text.slice(field + 1));
  }
  return { fields, values, end: Math.min(at, bytes.length) };
}

/** Millimetres of each of several units in quotation marks; NaN for what is no unit of length. */
function unitsOf(text = ''): number[] {
  return [...text.matchAll(/"([^"]*)"/g)].map(([, unit = '']) => UNITS[unit.trim().toLowerCase()] ?? Number.NaN);
}

/** One for all axes of the world. */
function unitOfSpace([first = 1, ...others]: readonly number[]): number {
  return others.every((unit) => unit === first) ? first : Number.NaN;
}

function encodingOf(text: string, name: string): NrrdHeader['encoding'] {
  if (text === 'raw' || text === 'hex') return text;
  if (text === 'gzip' || text === 'gz') return 'gzip';
  if (text === 'text' || text === 'txt' || text === 'ascii') return 'text';
  throw unsupported(name, `NRRD encoded as "${text}" is not read`, 'Save it raw or with gzip.');
}

/** Numbers between blanks; words that are none are NaN. */
function numbersOf(text: string): number[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => (/^[+-]?(\d|\.\d)/.test(word) ? Number(word) : Number.NaN));
}

/** `(1,0,0)` */
function vectorOf(text: string): number[] {
  return text
    .replace(/[()\s]/g, '')
    .split(',')
    .map((part) => (part === '' ? Number.NaN : Number(part)));
}

function directionsOf(text: string | undefined, axes: number, name: string): NrrdHeader['directions'] {
  if (text === undefined) return undefined;
  const vectors = [...text.matchAll(/none|\(([^()]*)\)/g)].map(([, inner]) =>
    inner === undefined ? undefined : vectorOf(inner),
  );
  if (vectors.length === axes) return vectors;
  throw damaged(name, `its NRRD header gives ${vectors.length} space directions for ${axes} axes`);
}
