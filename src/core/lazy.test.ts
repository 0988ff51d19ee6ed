import { expect, it } from 'vitest';
import { lazy } from './lazy.ts';

it('a lazy value is made once, and again after a failure', async () => {
  let calls = 0;
  const value = lazy(async () => {
    calls++;
    if (calls === 1) throw new Error('not yet');
    return calls;
  });
  expect(calls).toBe(0);
  await expect(value()).rejects.toThrow('not yet');
  expect(await Promise.all([value(), value()])).toEqual([2, 2]);
});
