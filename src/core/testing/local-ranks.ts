import type { Ranks } from '../ranks.ts';

/** Ranks within one process, to run side by side: what they exchange is real, only the wire is not. */
export function localRanks(count: number): readonly Ranks[] {
  const arrived: { values: Uint8Array; done: () => void }[] = [];
  /** Waits until every rank has brought its bytes; the last one to come combines them all. */
  const meet = (index: number, values: Uint8Array, combine: (all: readonly Uint8Array[]) => void) =>
    new Promise<void>((done) => {
      arrived[index] = { values, done };
      if (Object.keys(arrived).length < count) return;
      const all = arrived.splice(0);
      combine(all.map(({ values }) => values));
      for (const { done } of all) done();
    });
  return Array.from({ length: count }, (_, index) => ({
    index,
    count,
    name: `rank ${index}`,
    sum: ({ buffer, byteOffset, byteLength }) =>
      meet(index, new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength), (all) => {
        const parts = all.map((bytes) => new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4));
        const total = Float32Array.from(parts[0] as Float32Array, (_, i) =>
          parts.reduce((sum, part) => sum + (part[i] as number), 0),
        );
        for (const part of parts) part.set(total);
      }),
    fromFirst: (bytes) =>
      meet(index, bytes, ([first, ...others]) => {
        for (const other of others) other.set(first as Uint8Array);
      }),
  }));
}
