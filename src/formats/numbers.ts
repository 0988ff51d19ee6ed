import { damaged } from './damaged.ts';

/** How numbers are stored in a file. */
export interface NumberType {
  readonly kind: 'uint' | 'int' | 'float';
  readonly bytes: 1 | 2 | 4 | 8;
}

type Numbers = { readonly length: number; readonly [index: number]: number | bigint };

/** Numbers of a buffer in the byte order of the machine, which is little-endian everywhere JavaScript runs. */
const VIEWS: Readonly<Record<string, (buffer: ArrayBuffer) => Numbers>> = {
  uint1: (buffer) => new Uint8Array(buffer),
  int1: (buffer) => new Int8Array(buffer),
  uint2: (buffer) => new Uint16Array(buffer),
  int2: (buffer) => new Int16Array(buffer),
  uint4: (buffer) => new Uint32Array(buffer),
  int4: (buffer) => new Int32Array(buffer),
  uint8: (buffer) => new BigUint64Array(buffer),
  int8: (buffer) => new BigInt64Array(buffer),
  float4: (buffer) => new Float32Array(buffer),
  float8: (buffer) => new Float64Array(buffer),
};

/**
 * The first `count` numbers of some bytes.
 *
 * @throws PatchclError `bad-file` when there are fewer.
 */
export function decodeNumbers(
  bytes: Uint8Array,
  { kind, bytes: size }: NumberType,
  count: number,
  littleEndian: boolean,
  name: string,
): Float32Array {
  if (bytes.length < count * size) {
    throw damaged(name, `the file ends early: it holds ${bytes.length} of ${count * size} bytes of voxels`);
  }
  const own = new Uint8Array(bytes.subarray(0, count * size));
  if (!littleEndian && size > 1) for (let at = 0; at < own.length; at += size) own.subarray(at, at + size).reverse();
  const numbers = VIEWS[`${kind}${size}`]?.(own.buffer) as Numbers;
  if (numbers instanceof Float32Array) return numbers;
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = Number(numbers[i]);
  return values;
}

/** Numbers written as text, with anything but digits, signs and points between them. @throws PatchclError as `decodeNumbers` */
export function parseNumbers(text: string, count: number, name: string): Float32Array {
  const values = new Float32Array(count);
  const pattern = /[^\s,]+/g;
  for (let i = 0; i < count; i++) {
    const word = pattern.exec(text)?.[0];
    if (word === undefined) throw damaged(name, `the file ends early: it holds ${i} of ${count} voxels`);
    values[i] = Number(word);
    if (Number.isNaN(values[i]) && !/^[+-]?nan$/i.test(word)) throw damaged(name, 'its voxels are no numbers');
  }
  return values;
}

/** The most voxels of one volume: four bytes each, 4 GB. */
export const MAX_VOXELS = 2 ** 30;
