import { damaged } from '../../damaged.ts';

/**
 * Decodes a frame in RLE Lossless (PS3.5 annex G): PackBits, one segment for each byte of a sample, most significant first.
 *
 * @returns samples of `bytesPerSample` bytes, little endian, colour by plane.
 * @throws PatchclError `bad-file` when segments are missing or too short.
 */
export function decodeRle(
  bytes: Uint8Array,
  { pixels, channels, bytesPerSample }: { pixels: number; channels: number; bytesPerSample: number },
  name: string,
): Uint8Array {
  const segments = channels * bytesPerSample;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 64) throw damaged(name, 'a frame of RLE pixel data ends early');
  const count = view.getUint32(0, true);
  if (count !== segments) throw damaged(name, `a frame of RLE pixel data has ${count} segments, expected ${segments}`);
  const out = new Uint8Array(pixels * segments);
  for (let segment = 0; segment < segments; segment++) {
    const start = view.getUint32(4 + 4 * segment, true);
    const end = segment + 1 < segments ? view.getUint32(8 + 4 * segment, true) : bytes.length;
    const channel = Math.floor(segment / bytesPerSample);
    const byte = bytesPerSample - 1 - (segment % bytesPerSample);
    const filled = unpack(
      bytes.subarray(start, end),
      out,
      channel * pixels * bytesPerSample + byte,
      bytesPerSample,
      pixels,
    );
    if (filled < pixels) throw damaged(name, `a frame of RLE pixel data ends early: ${filled} of ${pixels} pixels`);
  }
  return out;
}

/** Writes every `step`-th byte of `out` from `at` on, `count` at most; gives how many were there. */
function unpack(packed: Uint8Array, out: Uint8Array, at: number, step: number, count: number): number {
  let filled = 0;
  for (let i = 0; i < packed.length && filled < count; ) {
    const control = packed[i++] as number;
    if (control === 128) continue;
    const isRun = control > 128;
    const length = Math.min(isRun ? 257 - control : control + 1, count - filled, isRun ? 129 : packed.length - i);
    if (i >= packed.length) break;
    for (let k = 0; k < length; k++) out[at + step * (filled + k)] = packed[isRun ? i : i + k] as number;
    filled += length;
    i += isRun ? 1 : control + 1;
  }
  return filled;
}
