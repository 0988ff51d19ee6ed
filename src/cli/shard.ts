import { InvalidArgumentError, Option } from 'commander';

/** A part of a list of work: the `index`-th of `count`, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Reads `2/8`. */
export function shardOption(text: string): Shard {
  const [index, count] = (/^(\d+)\/(\d+)$/.exec(text.trim())?.slice(1) ?? []).map(Number);
  if (index !== undefined && count !== undefined && index >= 1 && index <= count) return { index, count };
  throw new InvalidArgumentError('A part such as 1/4 is expected: which one, from 1, of how many.');
}

/** `--shard i/n`. @param work what is shared */
export function shardedOption(work: string): Option {
  const text = `do the i-th of n parts of the ${work}, for several processes side by side`;
  return new Option('--shard <i/n>', text).argParser(shardOption);
}

/**
 * The items of one part: every `count`-th, so that neighbours, which are often alike in size, are spread. The parts of a list
 * are disjoint and together the whole list, as long as every process sees the same list in the same order.
 */
export function shardOf<T>(items: readonly T[], { index, count }: Shard): readonly T[] {
  return items.filter((_, i) => i % count === index - 1);
}
