import { describe, expect, it } from 'vitest';
import { InOrder } from './in-order.ts';

const pause = (milliseconds: number) => new Promise((wake) => setTimeout(wake, milliseconds));

describe('tasks in order', () => {
  it('of one key wait for one another, even when the first takes longest; those of others do not', async () => {
    const order = new InOrder();
    const ended: string[] = [];
    const task = (name: string, milliseconds: number) => async () => {
      await pause(milliseconds);
      ended.push(name);
      return name;
    };
    const given = [order.run('a', task('a1', 40)), order.run('a', task('a2', 1)), order.run('b', task('b1', 1))];
    expect(await Promise.all(given)).toEqual(['a1', 'a2', 'b1']);
    expect(ended).toEqual(['b1', 'a1', 'a2']);
  });

  it('go on after one that fails, whose failure is told to who gave it', async () => {
    const order = new InOrder();
    const failing = order.run('a', () => Promise.reject(new Error('no room')));
    const next = order.run('a', async () => 'done');
    await expect(failing).rejects.toThrow('no room');
    expect(await next).toBe('done');
  });
});
