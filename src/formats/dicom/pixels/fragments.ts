import { concatBytes } from '../../../core/bytes.ts';
import { damaged } from '../../damaged.ts';
import type { DataSet } from '../data-set.ts';
import { TAG } from '../tags.ts';

/**
 * The compressed bytes of each frame (PS3.5 annex A.4): one fragment a frame as a rule; with several, the offset tables or
 * the first bytes of the fragments tell where frames begin.
 *
 * @throws PatchclError `bad-file` when the fragments do not make up the number of frames.
 */
export function frameFragments(dataSet: DataSet, frames: number, name: string): Uint8Array[] {
  const [table, ...fragments] = dataSet.element(TAG.PixelData)?.fragments ?? [];
  if (table === undefined || fragments.length === 0) throw damaged(name, 'it holds no pixel data');
  if (frames === 1) return [join(fragments)];
  if (fragments.length === frames) return fragments;
  const starts = startsByOffset(table, fragments, dataSet) ?? startsByContent(fragments);
  if (starts.length !== frames) {
    throw damaged(name, `its header claims ${frames} frames, but its pixel data hold ${Math.max(starts.length, 1)}`);
  }
  return starts.map((start, i) => join(fragments.slice(start, starts[i + 1])));
}

/** Indices of fragments that begin a frame, from the Basic or the Extended Offset Table. */
function startsByOffset(table: Uint8Array, fragments: readonly Uint8Array[], dataSet: DataSet): number[] | undefined {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const basic = Array.from({ length: Math.floor(table.length / 4) }, (_, i) => view.getUint32(4 * i, true));
  const offsets = basic.length > 0 ? basic : dataSet.numbers(TAG.ExtendedOffsetTable);
  if (offsets.length === 0) return undefined;
  const index = new Map<number, number>();
  let at = 0;
  for (const [i, fragment] of fragments.entries()) {
    index.set(at, i);
    at += fragment.length + 8;
  }
  const starts = offsets.map((offset) => index.get(offset));
  const isRising = starts.every((start, i) => start !== undefined && (i === 0 || start > (starts[i - 1] ?? start)));
  return isRising ? (starts as number[]) : undefined;
}

/** JPEG, JPEG-LS and JPEG 2000 streams begin with FF D8 or FF 4F FF 51. */
function startsByContent(fragments: readonly Uint8Array[]): number[] {
  return [...fragments.entries()]
    .filter(([, [a, b, c]]) => a === 0xff && (b === 0xd8 || (b === 0x4f && c === 0xff)))
    .map(([i]) => i);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? (parts[0] as Uint8Array) : concatBytes(parts);
}
