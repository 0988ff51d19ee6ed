import { expect, it } from 'vitest';
import { localRanks } from '../core/testing/local-ranks.ts';
import type { Runtime } from './runtime.ts';
import { stagedSession } from './staged.ts';

const [alone] = localRanks(1);
if (alone === undefined) throw new Error('one rank was asked for');

/** A device whose models are single bytes, which it takes 10 ms each to load; those above 9 it cannot run. */
function device() {
  const open = new Set<number>();
  const runtime: Runtime = {
    target: { device: 'cpu' },
    description: 'a list of open sessions',
    async load([model = 0]) {
      await new Promise((resolve) => setTimeout(resolve, 10 * model));
      if (model > 9) throw new Error(`no model ${model}`);
      open.add(model);
      return { run: async () => ({}), dispose: async () => void open.delete(model) };
    },
  };
  return { runtime, open };
}

const stage = (model: number) => ({ model: Uint8Array.of(model), message: 'sum', length: 1 });

it.each([
  ['a stage', [1, 10, 2], 3],
  ['the last one', [1, 2], 10],
])('no session stays behind where %s cannot be loaded', async (_which, before, last) => {
  const { runtime, open } = device();
  await expect(stagedSession(runtime, Uint8Array.of(last), before.map(stage), alone)).rejects.toThrow('no model 10');
  expect([...open]).toEqual([]);
});

it('all sessions end together', async () => {
  const { runtime, open } = device();
  const session = await stagedSession(runtime, Uint8Array.of(3), [stage(2), stage(1)], alone);
  expect([...open].sort()).toEqual([1, 2, 3]);
  await session.dispose();
  expect([...open]).toEqual([]);
});
