import { expect, it } from 'vitest';
import { localRanks } from '../core/testing/local-ranks.ts';
import { Pace, slowest, TimedRanks } from './pace.ts';

/** What every rank is told when their steps, one number of seconds a rank, are compared again and again. */
async function told(comparisons: readonly (readonly number[])[]): Promise<(string | undefined)[][]> {
  const ranks = localRanks(comparisons[0]?.length ?? 0);
  return Promise.all(
    ranks.map(async (rank) => {
      const pace = new Pace(new TimedRanks(rank, () => 0));
      const sentences: (string | undefined)[] = [];
      for (const seconds of comparisons) {
        for (let step = 0; step < 10; step++) {
          pace.startStep();
          pace.endStep(seconds[rank.index] as number);
        }
        sentences.push(await pace.compare());
      }
      return sentences;
    }),
  );
}

it('names a rank that is slow twice in a row, once, and every rank hears it', async () => {
  const slow = [0.1, 0.1, 0.3];
  const sentence = 'rank 2 is slow: 0.30 s of work a step, the others need 0.10 s and wait for it';
  for (const sentences of await told([slow, slow, slow])) expect(sentences).toEqual([undefined, sentence, undefined]);
});

it('says nothing of a hiccup, and again when it comes back for good', async () => {
  const [even, first, last] = [
    [0.1, 0.1],
    [0.3, 0.1],
    [0.1, 0.3],
  ] as const;
  const [sentences] = await told([first, even, first, last, first, first]);
  expect(sentences?.map((sentence) => sentence?.slice(0, 14))).toEqual([...Array(5), 'rank 0 is slow']);
});

it('does not count what a rank waits for others', async () => {
  // Rank 1 waits 0.9 s in every step, and works no longer than rank 0, which never waits.
  const sentences = await Promise.all(
    localRanks(2).map(async (rank) => {
      let clock = 0;
      const waits = rank.index === 1 ? 0.9 : 0;
      const sum = async (values: Float32Array) => {
        clock += waits;
        await rank.sum(values);
      };
      const timed = new TimedRanks({ ...rank, sum }, () => clock);
      const pace = new Pace(timed);
      const compared: (string | undefined)[] = [];
      for (let i = 0; i < 3; i++) {
        pace.startStep();
        await timed.sum(new Float32Array(1));
        pace.endStep(0.1 + waits);
        compared.push(await pace.compare());
      }
      expect(timed.waited).toBeGreaterThanOrEqual(3 * waits);
      return compared;
    }),
  );
  expect(sentences.flat()).toEqual(Array(6).fill(undefined));
});

it('calls slow what takes more than half as long again as usual', () => {
  expect(slowest([1, 1, 1.5])).toBeUndefined();
  expect(slowest([1, 1, 1.6])).toEqual({ index: 2, usual: 1 });
});
