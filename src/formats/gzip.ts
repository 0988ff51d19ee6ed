import { Gunzip, Inflate } from 'fflate';
import { concatBytes } from '../core/bytes.ts';
import { crc32 } from '../core/crc32.ts';
import { damaged, unsupported } from './damaged.ts';

/** No deflate stream expands by more than this, so a header that claims more data than that cannot be right. */
export const MAX_DEFLATE_RATIO = 1032;

/** Whether the bytes start like a gzip file (RFC 1952). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

/** The first `count` bytes of what a gzip file holds, or all if it holds less; reads no more of the file than needed. */
export function inflateHead(bytes: Uint8Array, name: string, count: number): Uint8Array {
  const step = 512;
  const head = new Uint8Array(count);
  let filled = 0;
  const gunzip = new Gunzip((chunk) => {
    const part = chunk.subarray(0, count - filled);
    head.set(part, filled);
    filled += part.length;
  });
  try {
    for (let at = 0; at < bytes.length && filled < count; at += step) gunzip.push(bytes.subarray(at, at + step));
  } catch (cause) {
    // A short file may have ended: what stands behind it is told of when all is read.
    if (filled === 0) throw damaged(name, 'the gzip compression is damaged', cause);
  }
  return head.subarray(0, filled);
}

/** Part of what a gzip file holds. */
export interface Inflated {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What is odd about the file: sentences without the final stop. */
  readonly notes: readonly string[];
}

/**
 * Bytes `start` to `end` of what a gzip file holds. Memory stays at what was asked for, whatever the file expands to; when
 * `last` is true, the range is the end of the content and the file's checksum is verified. Bytes behind the compressed data are
 * passed over with a note.
 *
 * @throws PatchclError `bad-file` when the file is damaged or holds less.
 */
export async function inflateRange(
  bytes: Uint8Array,
  name: string,
  [start, end]: readonly [number, number],
  last: boolean,
): Promise<Inflated> {
  const parts: Uint8Array[] = [];
  const reader = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('gzip'))
    .getReader();
  // Readers of NIfTI ignore what follows the last voxel; a little is read for the sake of the checksum behind it.
  const stop = last ? end + 65536 : end;
  let position = 0;
  try {
    while (position < stop) {
      const { done, value } = await reader.read();
      if (done) break;
      const wanted = value.subarray(Math.max(start - position, 0), Math.max(end - position, 0));
      if (wanted.length > 0) parts.push(wanted);
      position += value.length;
    }
  } catch (cause) {
    return inflateBeforeJunk(bytes, name, [start, end], cause);
  }
  await reader.cancel();
  if (position < end) throw damaged(name, `the file ends early: it holds ${position} of ${end} bytes (decompressed)`);
  return { bytes: concatBytes(parts), notes: [] };
}

/** More than that is no scan, but a bomb. */
const MAX_CONTENT = 2 ** 31;

/** All that a gzip file holds. @throws PatchclError as `inflateRange`, `unsupported` above 2 GB. */
export async function inflateAll(bytes: Uint8Array, name: string): Promise<Inflated> {
  const reader = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('gzip'))
    .getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { bytes: concatBytes(parts), notes: [] };
      parts.push(value);
      length += value.length;
      if (length > MAX_CONTENT) break;
    }
  } catch (cause) {
    return inflateBeforeJunk(bytes, name, [0, MAX_CONTENT], cause);
  }
  await reader.cancel();
  throw unsupported(name, 'it expands to more than 2 GB', 'Decompress it before.');
}

/**
 * Reads the compressed data in front of bytes that are none, which the decoder of the platform stumbles over. Their end is
 * where the checksum of what they hold stands; without one, the file is damaged.
 */
function inflateBeforeJunk(
  bytes: Uint8Array,
  name: string,
  [start, end]: readonly [number, number],
  cause: unknown,
): Inflated {
  const refusal = damaged(name, 'the gzip compression is damaged or cut off', cause);
  const parts: Uint8Array[] = [];
  let [at, position] = [0, 0];
  while (isGzip(bytes.subarray(at))) {
    const dataStart = at + headerLength(bytes.subarray(at));
    let [checksum, length] = [0, 0];
    const inflate = new Inflate((chunk) => {
      const from = position + length;
      const wanted = chunk.subarray(Math.max(start - from, 0), Math.max(end - from, 0));
      if (wanted.length > 0) parts.push(wanted.slice());
      checksum = crc32(chunk, checksum);
      length += chunk.length;
    });
    try {
      for (let from = dataStart; from < bytes.length; from += STEP) inflate.push(bytes.subarray(from, from + STEP));
    } catch {
      throw refusal;
    }
    const memberEnd = endOfMember(bytes, dataStart, checksum, length);
    if (memberEnd === undefined) throw refusal;
    at = memberEnd;
    position += length;
  }
  if (at === 0) throw refusal;
  if (end < MAX_CONTENT && position < end) {
    throw damaged(name, `the file ends early: it holds ${position} of ${end} bytes (decompressed)`);
  }
  const notes = [`${bytes.length - at} bytes behind its gzip data are none, and are ignored`];
  return { bytes: concatBytes(parts), notes };
}

const STEP = 1 << 16;

/** The length of the header of a gzip member (RFC 1952, section 2.3). */
function headerLength(member: Uint8Array): number {
  const flags = member[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + ((member[at] ?? 0) | ((member[at + 1] ?? 0) << 8));
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    while (at < member.length && member[at] !== 0) at++;
    at++;
  }
  return flags & 2 ? at + 2 : at;
}

/** Behind the checksum and the length that a member ends with, wherever they stand. */
function endOfMember(bytes: Uint8Array, from: number, checksum: number, length: number): number | undefined {
  const trailer = new Uint8Array(8);
  const view = new DataView(trailer.buffer);
  view.setUint32(0, checksum, true);
  view.setUint32(4, length, true);
  for (let at = bytes.indexOf(trailer[0] as number, from); at >= 0; at = bytes.indexOf(trailer[0] as number, at + 1)) {
    if (trailer.every((byte, i) => bytes[at + i] === byte)) return at + 8;
  }
  return undefined;
}
