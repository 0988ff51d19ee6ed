import { damaged, unsupported } from '../damaged.ts';
import type { NumberType } from '../numbers.ts';

/** What a MetaImage header says. Axes are in file order, the fastest first. */
export interface MetaImageHeader {
  readonly sizes: readonly number[];
  readonly type: NumberType;
  readonly channels: number;
  readonly littleEndian: boolean;
  readonly isCompressed: boolean;
  readonly isText: boolean;
  /** Directions of the axes in the world (LPS), one row each; undefined where the file does not say. */
  readonly directions: readonly number[] | undefined;
  readonly origin: readonly number[];
  /** Millimetres; undefined where the file does not say. */
  readonly spacing: readonly number[] | undefined;
  /** `LOCAL`, or the name of another file. */
  readonly dataFile: string;
  /** Bytes in front of the voxels, in the file that holds them; -1: the voxels end with it. */
  readonly skip: number;
  /** Where the header ends, in bytes. */
  readonly end: number;
}

const TYPES: Readonly<Record<string, NumberType>> = {
  MET_CHAR: { kind: 'int', bytes: 1 },
  MET_UCHAR: { kind: 'uint', bytes: 1 },
  MET_SHORT: { kind: 'int', bytes: 2 },
  MET_USHORT: { kind: 'uint', bytes: 2 },
  MET_INT: { kind: 'int', bytes: 4 },
  MET_UINT: { kind: 'uint', bytes: 4 },
  MET_LONG: { kind: 'int', bytes: 4 },
  MET_ULONG: { kind: 'uint', bytes: 4 },
  MET_LONG_LONG: { kind: 'int', bytes: 8 },
  MET_ULONG_LONG: { kind: 'uint', bytes: 8 },
  MET_FLOAT: { kind: 'float', bytes: 4 },
  MET_DOUBLE: { kind: 'float', bytes: 8 },
};

const MAX_HEADER = 1 << 16;

/** Headers are lines `Key = value`, of which these come first. */
export function isMetaImage(bytes: Uint8Array): boolean {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 64));
  return /^\s*(ObjectType|NDims|Comment)\s*=/.test(start);
}

/**
 * Reads a MetaImage header.
 *
 * @throws PatchclError `bad-file` when it makes no sense, `unsupported` for what is not read.
 * @see https://itk.org/Wiki/ITK/MetaIO/Documentation
 */
export function readMetaHeader(bytes: Uint8Array, name: string): MetaImageHeader {
  const { fields, end } = readLines(bytes);
  const text = (...keys: string[]) => keys.map((key) => fields.get(key)).find((value) => value !== undefined);
  const numbers = (...keys: string[]) =>
    text(...keys)
      ?.split(/\s+/)
      .map(Number);
  const isTrue = (value: string | undefined) => /^(true|1|t)$/i.test(value ?? '');
  const sizes = numbers('DimSize') ?? [];
  const dataFile = text('ElementDataFile');
  const isPossible = sizes.every((size) => Number.isSafeInteger(size) && size > 0);
  if (!isPossible || sizes.length !== Number(text('NDims')) || sizes.length === 0 || dataFile === undefined) {
    throw damaged(
      name,
      'this is not a MetaImage, or its header is damaged: it lacks DimSize, NDims or ElementDataFile',
    );
  }
  const typeName = text('ElementType') ?? '';
  const type = TYPES[typeName.replace(/_ARRAY$/, '')];
  if (type === undefined) {
    throw unsupported(name, `MetaImage of the type "${typeName}" is not read`, 'Save it with numbers of 8 to 64 bits.');
  }
  const channels = Number(text('ElementNumberOfChannels') ?? 1);
  if (!Number.isSafeInteger(channels) || channels < 1 || channels > 1024) {
    throw damaged(name, `its header claims ${text('ElementNumberOfChannels')} channels`);
  }
  return {
    sizes,
    type,
    channels,
    littleEndian: !isTrue(text('BinaryDataByteOrderMSB', 'ElementByteOrderMSB')),
    isCompressed: isTrue(text('CompressedData')),
    isText: /^(false|0|f)$/i.test(text('BinaryData') ?? ''),
    directions: numbers('TransformMatrix', 'Rotation', 'Orientation'),
    origin: numbers('Offset', 'Position', 'Origin') ?? [],
    spacing: numbers('ElementSpacing', 'ElementSize'),
    dataFile,
    skip: Number(text('HeaderSize') ?? 0) || 0,
    end,
  };
}

/** The name of the data file is the last line. */
function readLines(bytes: Uint8Array) {
  const fields = new Map<string, string>();
  let at = 0;
  while (at < bytes.length && at < MAX_HEADER) {
    const feed = bytes.indexOf(0x0a, at);
    const end = feed < 0 ? bytes.length : feed;
    const line = new TextDecoder().decode(bytes.subarray(at, Math.min(end, at + MAX_HEADER)));
    at = Math.min(end + 1, bytes.length);
    const equals = line.indexOf('=');
    if (equals < 0) continue;
    const key = line.slice(0, equals).trim();
    if (!fields.has(key)) fields.set(key, line.slice(equals + 1).trim());
    if (key === 'ElementDataFile') break;
  }
  return { fields, end: at };
}
