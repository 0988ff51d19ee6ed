import { describe, expect, it } from 'vitest';
import { mapConcurrently } from './concurrency.ts';

describe('mapConcurrently', () => {
  it('keeps order and stays within its limit', async () => {
    let running = 0;
    let most = 0;
    const results = await mapConcurrently([5, 1, 4, 2, 3, 0], 2, async (value) => {
      most = Math.max(most, ++running);
      await new Promise((done) => setTimeout(done, value));
      running--;
      return value * 2;
    });
    expect(results).toEqual([10, 2, 8, 4, 6, 0]);
    expect(most).toBe(2);
    expect(await mapConcurrently([], 4, async () => 1)).toEqual([]);
  });

  it('starts nothing after a failure', async () => {
    const started: number[] = [];
    const act = mapConcurrently([0, 1, 2, 3, 4, 5], 2, async (value) => {
      started.push(value);
      await Promise.resolve();
      if (value === 1) throw new Error('one');
      await new Promise((done) => setTimeout(done, 2));
    });
    await expect(act).rejects.toThrow('one');
    await new Promise((done) => setTimeout(done, 20));
    expect(started).toEqual([0, 1]);
  });
});
