import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import { constant } from '../../graph/leaf.ts';
import { largestDifference } from '../../testing/compare.ts';
import { evaluate } from '../../testing/evaluate.ts';
import { enqueue, hardMeans, keyStatistics } from './keys.ts';
import { statistics } from './testing/naive.ts';

/** Keys of one class, newest first. */
type Keys = readonly (readonly number[])[];

const [CLASSES, LENGTH, ADDED, D] = [3, 5, 3, 4];

/** A [K, M, d] tensor and its [K, M] mask; `holes` says which places are valid. */
function buffer(keys: readonly Keys[], length: number, holes?: readonly (readonly number[])[]) {
  const rows = keys.map((own) => Array.from({ length }, (_, i) => own[i] ?? Array<number>(D).fill(0)));
  const filled = holes ?? keys.map((own) => Array.from({ length }, (_, i) => (i < own.length ? 1 : 0)));
  return { keys: constant(rows.flat(2), [CLASSES, length, D]), filled: constant(filled.flat(), [CLASSES, length]) };
}

const rng = new Rng(3, 'keys');
// Quarters, so that float32 holds them exactly and equality can be asked for.
const key = () => Array.from({ length: D }, () => rng.int(100) / 4 - 12);
const keysOf = (counts: readonly number[]) => counts.map((count) => Array.from({ length: count }, key));

describe('enqueue', () => {
  it('puts valid keys in front, drops the oldest, keeps the buffer of an absent class', async () => {
    const old = keysOf([5, 2, 4]);
    const added = keysOf([3, 3, 3]);
    const valid = [
      [1, 0, 1],
      [1, 1, 1],
      [0, 0, 0],
    ];
    const found = await evaluate({ ...enqueue(buffer(old, LENGTH), buffer(added, ADDED, valid)) });
    const expected = old.map((own, k) => {
      const fresh = (added[k] as number[][]).filter((_, i) => valid[k]?.[i] === 1);
      return [...fresh, ...own].slice(0, LENGTH);
    });
    expect(found.filled).toEqual(
      expected.flatMap((own) => Array.from({ length: LENGTH }, (_, i) => (i < own.length ? 1 : 0))),
    );
    expected.forEach((own, k) => {
      const start = k * LENGTH * D;
      expect(found.keys?.slice(start, start + own.length * D)).toEqual(own.flat());
    });
    expect(expected[2]).toEqual(old[2]);
  });

  it('fills an empty buffer over many steps as a queue does', async () => {
    let queue: Keys[] = [[], [], []];
    let current = {
      keys: Array<number>(CLASSES * LENGTH * D).fill(0),
      filled: Array<number>(CLASSES * LENGTH).fill(0),
    };
    for (let step = 0; step < 6; step++) {
      const added = keysOf([ADDED, ADDED, ADDED]);
      const valid = added.map(() => Array.from({ length: ADDED }, () => rng.int(2)));
      const found = await evaluate({
        ...enqueue(
          { keys: constant(current.keys, [CLASSES, LENGTH, D]), filled: constant(current.filled, [CLASSES, LENGTH]) },
          buffer(added, ADDED, valid),
        ),
      });
      current = { keys: found.keys as number[], filled: found.filled as number[] };
      queue = queue.map((own, k) =>
        [...(added[k] as Keys).filter((_, i) => valid[k]?.[i] === 1), ...own].slice(0, LENGTH),
      );
      queue.forEach((own, k) => {
        expect(current.keys.slice(k * LENGTH * D, k * LENGTH * D + own.length * D)).toEqual(own.flat());
        expect(current.filled.slice(k * LENGTH, (k + 1) * LENGTH).filter((value) => value === 1)).toHaveLength(
          own.length,
        );
      });
    }
  });
});

describe('keyStatistics', () => {
  it('agrees with a plain mean and covariance, holes left out', async () => {
    const keys = keysOf([LENGTH, LENGTH, LENGTH]);
    const filled = [
      [1, 1, 1, 1, 1],
      [1, 0, 1, 0, 0],
      [0, 1, 1, 1, 0],
    ];
    const found = await evaluate({ ...keyStatistics(buffer(keys, LENGTH, filled), 3) });
    keys.forEach((own, k) => {
      const expected = statistics(
        own.filter((_, i) => filled[k]?.[i] === 1),
        D,
      );
      expect(largestDifference(found.means?.slice(k * D, (k + 1) * D) ?? [], expected.mean)).toBeLessThan(1e-6);
      const covariance = found.covariances?.slice(k * D * D, (k + 1) * D * D) ?? [];
      expect(largestDifference(covariance, expected.covariance)).toBeLessThan(1e-6);
    });
    expect(found.ready).toEqual([1, 0, 1]);
  });

  it('keeps the statistics of a class that no batch holds, and is 0 without any key', async () => {
    const old = keysOf([4, 3, 0]);
    const nothing = buffer(keysOf([ADDED, ADDED, ADDED]), ADDED, Array(CLASSES).fill([0, 0, 0]));
    const before = await evaluate({ ...keyStatistics(buffer(old, LENGTH), 2) });
    const after = await evaluate({ ...keyStatistics(enqueue(buffer(old, LENGTH), nothing), 2) });
    expect(after).toEqual(before);
    expect(after.ready).toEqual([1, 1, 0]);
    expect(after.covariances?.slice(2 * D * D)).toEqual(Array(D * D).fill(0));
  });
});

describe('hardMeans', () => {
  it.each([1, 0.5, 0.25, 0.01])(
    'are those of the %d of the keys that are nearest to the class of the query',
    async (share) => {
      const keys = keysOf([5, 2, 4]);
      const stored = buffer(keys, LENGTH);
      const plain = keyStatistics(stored, 1);
      const found = await evaluate({ means: hardMeans(stored, plain, share) });
      const centres = keys.map((own) => statistics(own, D).mean);
      const dot = (a: readonly number[], b: readonly number[]) =>
        a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
      const expected = centres.flatMap((centre, k) =>
        keys.flatMap((own, j) => {
          if (j === k) return centre;
          const sorted = own.toSorted((a, b) => dot(b, centre) - dot(a, centre));
          return statistics(sorted.slice(0, Math.max(1, Math.ceil(share * own.length))), D).mean;
        }),
      );
      expect(largestDifference(found.means ?? [], expected)).toBeLessThan(1e-4);
    },
  );

  it('are 0 of a class without keys', async () => {
    const stored = buffer(keysOf([3, 0, 2]), LENGTH);
    const found = await evaluate({ means: hardMeans(stored, keyStatistics(stored, 1), 0.5) });
    expect(found.means?.slice(D, 2 * D)).toEqual([0, 0, 0, 0]);
    expect(found.means?.every(Number.isFinite)).toBe(true);
  });
});
