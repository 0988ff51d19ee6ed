import { expect, it } from 'vitest';
import type { Child } from '../host.ts';
import { Dropped, Worker } from './worker.ts';

/** A process that never answers, and ends a moment after it is told to. */
function silentChild(onEnd: () => void): Child {
  const exits: ((how: string) => void)[] = [];
  const end = () => {
    onEnd();
    for (const exit of exits) exit('SIGKILL');
  };
  return {
    send: () => undefined,
    onMessage: () => undefined,
    onExit: (take) => exits.push(take),
    kill: () => setTimeout(end, 20),
    complaint: () => '',
  };
}

it('a worker that is closed drops its jobs, and is closed when its process has ended', async () => {
  let ended = 0;
  const worker = new Worker('project', () => silentChild(() => ended++));
  const jobs = [worker.run('series', null), worker.run('series', null), worker.run('series', null, { later: true })];
  const ends = jobs.map((job) => expect(job).rejects.toThrow(Dropped));
  await worker.close();
  expect(ended).toBe(1);
  await Promise.all(ends);
  await expect(worker.run('series', null)).rejects.toThrow(Dropped);
  expect(ended).toBe(1);
});
