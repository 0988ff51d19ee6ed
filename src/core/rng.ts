import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** One word of a key: what the random numbers are for, e.g. `'weak'`, a step, a case. */
export type RngKey = number | string;

/**
 * Random numbers from an explicit key (seed, purpose, step, ...): the same key gives the same numbers, whatever was drawn
 * elsewhere. Training derives one `Rng` per step and purpose, so a resumed run needs no saved generator state.
 *
 * @example
 * const rng = new Rng(seed, 'weak', step);
 * const angle = rng.uniform(-Math.PI, Math.PI);
 */
export class Rng {
  readonly #key: readonly RngKey[];
  readonly #generator: RandomGenerator;
  #spareNormal: number | undefined;

  constructor(...key: RngKey[]) {
    this.#key = key;
    this.#generator = xoroshiro128plus(hashKey(key));
  }

  /** An independent generator for a part of this one's work. */
  fork(...key: RngKey[]): Rng {
    return new Rng(...this.#key, ...key);
  }

  /** Uniform in [0, 1), 32 bits of resolution. */
  float(): number {
    return (this.#generator.next() >>> 0) / 2 ** 32;
  }

  /** Uniform in [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.float();
  }

  /** Uniform integer in [0, count). */
  int(count: number): number {
    return Math.floor(this.float() * count);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.float() < probability;
  }

  /** Standard normal (Box-Muller; pairs are kept). */
  normal(): number {
    const spare = this.#spareNormal;
    if (spare !== undefined) {
      this.#spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.float()));
    const angle = 2 * Math.PI * this.float();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** A new array with the items in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
    }
    return shuffled;
  }
}

/** FNV-1a over the key's text, finished with murmur3's mixer so that neighbouring keys differ in every bit. */
function hashKey(key: readonly RngKey[]): number {
  let hash = 0x811c9dc5;
  for (const character of key.map(String).join('\u0000')) {
    hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
