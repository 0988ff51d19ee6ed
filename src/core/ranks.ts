/**
 * The processes that train one model together. All of them make the same calls in the same order; each call returns once
 * every rank has made it. Implemented over MPI in `runtime/node/mpi`.
 */
export interface Ranks {
  /** This process's number, from 0. */
  readonly index: number;
  readonly count: number;
  /** What to call this process to a person. */
  readonly name: string;
  /** Adds up the values of all ranks, in place; every rank gets the same bits. */
  sum(values: Float32Array): Promise<void>;
  /** Overwrites every rank's bytes with those of rank 0; their number must be the same. */
  fromFirst(bytes: Uint8Array): Promise<void>;
}

/** Where a process stands among the ranks. */
export type RankPlace = Pick<Ranks, 'index' | 'count'>;

/** A process that trains alone. */
export const ALONE: RankPlace = { index: 0, count: 1 };

/** One number of every rank, in their order. */
export async function gatherNumbers(ranks: Ranks, value: number): Promise<readonly number[]> {
  const values = new Float32Array(ranks.count);
  values[ranks.index] = value;
  await ranks.sum(values);
  return Array.from(values);
}

/** Bytes of a name that other ranks are told. */
const NAME_BYTES = 64;

/** What to call each rank, in their order. */
export async function gatherNames(ranks: Ranks): Promise<readonly string[]> {
  const fields = new Float32Array(ranks.count * NAME_BYTES);
  fields.set(new TextEncoder().encode(ranks.name).subarray(0, NAME_BYTES), ranks.index * NAME_BYTES);
  await ranks.sum(fields);
  return Array.from({ length: ranks.count }, (_, i) => {
    const bytes = Uint8Array.from(fields.subarray(i * NAME_BYTES, (i + 1) * NAME_BYTES));
    return new TextDecoder().decode(bytes.filter((byte) => byte !== 0));
  });
}

/** What rank 0 has, on every rank; a JSON value. */
export async function agree<T>(ranks: Ranks, value: T): Promise<T> {
  const text = new TextEncoder().encode(JSON.stringify(value ?? null));
  const length = new Float64Array([text.length]);
  await ranks.fromFirst(new Uint8Array(length.buffer));
  const bytes = new Uint8Array(length[0] as number);
  if (ranks.index === 0) bytes.set(text);
  await ranks.fromFirst(bytes);
  return JSON.parse(new TextDecoder().decode(bytes));
}
