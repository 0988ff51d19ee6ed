import { Inflate } from 'fflate';
import { damaged } from '../damaged.ts';

/** What a deflated data set holds, up to `limit` bytes of it: memory stays at that, whatever the stream expands to. */
export function inflateUpTo(deflated: Uint8Array, limit: number, name: string): { bytes: Uint8Array; isAll: boolean } {
  const step = 4096;
  const parts: Uint8Array[] = [];
  let length = 0;
  let at = 0;
  try {
    const inflate = new Inflate((chunk) => {
      parts.push(chunk);
      length += chunk.length;
    });
    for (; at < deflated.length && length < limit; at += step) inflate.push(deflated.subarray(at, at + step));
  } catch (cause) {
    throw damaged(name, 'the deflated data set is damaged', cause);
  }
  const bytes = new Uint8Array(Math.min(length, limit));
  let filled = 0;
  for (const part of parts) {
    const piece = part.subarray(0, bytes.length - filled);
    bytes.set(piece, filled);
    filled += piece.length;
  }
  return { bytes, isAll: at >= deflated.length && length <= limit };
}
