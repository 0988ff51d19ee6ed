import { Gunzip } from 'fflate';
import { concatBytes } from '../core/bytes.ts';
import { damaged } from './damaged.ts';

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
    throw damaged(name, 'the gzip compression is damaged', cause);
  }
  return head.subarray(0, filled);
}

/**
 * Bytes `start` to `end` of what a gzip file holds. Memory stays at what was asked for, whatever the file expands to; when
 * `last` is true, the range is the end of the content and the file's checksum is verified.
 *
 * @throws PatchclError `bad-file` when the file is damaged or holds less.
 */
export async function inflateRange(
  bytes: Uint8Array,
  name: string,
  [start, end]: readonly [number, number],
  last: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
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
    throw damaged(name, 'the gzip compression is damaged or cut off', cause);
  }
  await reader.cancel();
  if (position < end) throw damaged(name, `the file ends early: it holds ${position} of ${end} bytes (decompressed)`);
  return concatBytes(parts);
}
