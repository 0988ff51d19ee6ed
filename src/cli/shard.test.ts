import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shardOf, shardOption } from './shard.ts';

it('parts are disjoint, in order and together everything', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 9 }), (items, count) => {
      const numbered = items.map((item, i) => [i, item] as const);
      const parts = Array.from({ length: count }, (_, i) => shardOf(numbered, { index: i + 1, count }));
      expect(parts.flat().toSorted(([a], [b]) => a - b)).toEqual(numbered);
      const sizes = parts.map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(2);
    }),
  );
});

it('is written i/n, from 1', () => {
  expect(shardOption('2/8')).toEqual({ index: 2, count: 8 });
  for (const text of ['0/8', '9/8', '1', '1/0', 'a/b', '-1/2']) expect(() => shardOption(text)).toThrow('such as 1/4');
});
