import { Rng } from '../../src/core/rng.ts';
import { mutate } from './mutate.ts';

/** Files to damage, by the extension that they are read under. */
export type Corpus = Readonly<Record<string, readonly Uint8Array[]>>;

export interface FuzzInput {
  readonly extension: string;
  readonly bytes: Uint8Array;
}

/** Files above this are expensive to damage and to read, and are taken once in a hundred times. */
const LARGE = 12_000;

/** Input number `index` of a run: the same for the same corpus, seed and number. Extensions take turns. */
export function inputOf(corpus: Corpus, seed: number, index: number): FuzzInput {
  const extensions = Object.keys(corpus);
  const extension = extensions[index % extensions.length] as string;
  const rng = new Rng('fuzz', seed, index);
  const bytes = mutate(pick(corpus[extension] ?? [], rng), rng, pick(Object.values(corpus).flat(), rng));
  return { extension, bytes };
}

function pick(files: readonly Uint8Array[], rng: Rng): Uint8Array {
  const small = files.filter(({ length }) => length <= LARGE);
  const pool = small.length > 0 && !rng.chance(0.01) ? small : files;
  return pool[rng.int(pool.length)] as Uint8Array;
}
