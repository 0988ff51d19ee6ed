import { gunzipSync, gzipSync } from 'fflate';
import { concatBytes } from '../../src/core/bytes.ts';
import type { Rng } from '../../src/core/rng.ts';

/** Changes bytes; `other` is a second file to take parts of. */
type Mutation = (bytes: Uint8Array, rng: Rng, other: Uint8Array) => Uint8Array;

/** Headers lie at the front, so half of all changes are made there. */
const FRONT = 600;
const position = (bytes: Uint8Array, rng: Rng) =>
  rng.int(Math.max(1, rng.chance(0.5) ? Math.min(FRONT, bytes.length) : bytes.length));

const flipBits: Mutation = (bytes, rng) => {
  for (let count = 1 << rng.int(6); count > 0; count--) {
    const at = position(bytes, rng);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << rng.int(8));
  }
  return bytes;
};

const setBytes: Mutation = (bytes, rng) => {
  for (let count = 1 + rng.int(4); count > 0; count--) {
    bytes[position(bytes, rng)] = [0, 1, 0x7f, 0x80, 0xfe, 0xff, rng.int(256)][rng.int(7)] as number;
  }
  return bytes;
};

/** Numbers that sizes, counts and offsets are: absurd, negative, not numbers, and slightly off. */
const NUMBERS = [
  0,
  1,
  -1,
  2,
  3,
  7,
  255,
  256,
  32767,
  32768,
  65535,
  65536,
  1e6,
  2 ** 28,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
];
const FLOATS = [0, -0, -1, 1e-40, 1e38, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

const setNumber: Mutation = (bytes, rng) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [size, little] = [[2, 4, 8][rng.int(3)] as number, rng.chance(0.6)];
  const at = position(bytes, rng) & (rng.chance(0.7) ? ~(size - 1) : ~0);
  if (at + size > bytes.length) return bytes;
  const number = NUMBERS[rng.int(NUMBERS.length)] as number;
  if (size === 2) view.setInt16(at, number, little);
  else if (size === 8 && rng.chance(0.5)) view.setBigInt64(at, BigInt(number) << BigInt(rng.int(32)), little);
  else if (size === 8) view.setFloat64(at, FLOATS[rng.int(FLOATS.length)] as number, little);
  else if (rng.chance(0.6)) view.setUint32(at, number, little);
  else view.setFloat32(at, FLOATS[rng.int(FLOATS.length)] as number, little);
  return bytes;
};

const truncate: Mutation = (bytes, rng) => bytes.subarray(0, rng.int(bytes.length + 1));
const append: Mutation = (bytes, rng) =>
  join(
    bytes,
    Uint8Array.from({ length: rng.int(2000) }, () => rng.int(256)),
  );

const removePart: Mutation = (bytes, rng) => {
  const at = position(bytes, rng);
  return join(bytes.subarray(0, at), bytes.subarray(at + 1 + rng.int(64)));
};

const repeatPart: Mutation = (bytes, rng) => {
  const at = position(bytes, rng);
  const part = bytes.subarray(at, at + 1 + rng.int(300));
  return join(bytes.subarray(0, at), part, part, bytes.subarray(at + part.length));
};

const splice: Mutation = (bytes, rng, other) => {
  const at = position(bytes, rng);
  const from = rng.chance(0.5) ? at : position(other, rng);
  return join(bytes.subarray(0, at), other.subarray(from));
};

const overwrite: Mutation = (bytes, rng, other) => {
  const [at, from] = [position(bytes, rng), position(other, rng)];
  bytes.set(other.subarray(from, from + Math.min(1 + rng.int(200), bytes.length - at)), at);
  return bytes;
};

/** Numbers in text, as in JSON headers, become others. */
const setDigits: Mutation = (bytes, rng) => {
  const digits = [...bytes.subarray(0, 4000).keys()].filter((i) => /\d/.test(String.fromCharCode(bytes[i] as number)));
  const at = digits[rng.int(Math.max(1, digits.length))] ?? 0;
  const text = ['-1', '0', '1e9', '99999999999', 'null', '1.5', '"', '[]', '{'][rng.int(9)] as string;
  const content = new TextEncoder().encode(text);
  if (rng.chance(0.5)) bytes.set(content.subarray(0, bytes.length - at), at);
  return rng.chance(0.5) ? bytes : join(bytes.subarray(0, at), content, bytes.subarray(at + 1));
};

const MUTATIONS = [
  flipBits,
  setBytes,
  setNumber,
  setNumber,
  setNumber,
  truncate,
  append,
  removePart,
  repeatPart,
  splice,
  overwrite,
  setDigits,
];

/** Beyond this, what a gzip file holds is not unpacked to be changed. */
const MAX_INNER = 1 << 20;

/**
 * A damaged copy of a file: one to four random changes. Half of all gzip files are changed inside, and half of all PNGs get
 * right checksums again, so that damage reaches the readers behind those.
 */
export function mutate(original: Uint8Array, rng: Rng, other: Uint8Array): Uint8Array {
  const isGzip = original[0] === 0x1f && original.length < MAX_INNER / 32;
  if (isGzip && rng.chance(0.5)) return gzipSync(change(gunzipSync(original), rng, other), { level: 1 });
  const changed = change(original, rng, other);
  return original[0] === 0x89 && original[1] === 0x50 && rng.chance(0.5) ? repairPng(changed) : changed;
}

function change(original: Uint8Array, rng: Rng, other: Uint8Array): Uint8Array {
  let bytes: Uint8Array = original.slice();
  for (let count = 1 + rng.int(4); count > 0; count--) {
    bytes = (MUTATIONS[rng.int(MUTATIONS.length)] as Mutation)(bytes, rng, other).slice();
  }
  return bytes;
}

/** Writes the checksums that the chunks of a PNG should have. */
function repairPng(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) break;
    view.setUint32(end, crc32(bytes.subarray(at + 4, end)));
    at = end + 4;
  }
  return bytes;
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(parts);
}
