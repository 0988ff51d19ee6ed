import { expect, it } from 'vitest';
import type { StudioEvent } from '../api/index.ts';
import { memoryStudioFiles } from '../testing/memory-studio-files.ts';
import { RunList } from './run-list.ts';
import type { StoredRun } from './stored-run.ts';

const run = (id: string, state: StoredRun['state']): StoredRun => ({
  ...{ version: 1, id, kind: 'run', state, created: '2026-01-01T00:00:00Z', request: {} },
  ...{ method: 'patchcl', preset: 'default', classes: ['background', 'one'], validation: [] },
  labels: { cases: 1, slices: 1, by: {} },
});

it('a removed run says so, is not listed, and its name is not given again', async () => {
  const files = memoryStudioFiles();
  const open = () => RunList.open(files, 'project', (_: StudioEvent) => undefined);
  const runs = await open();
  for (const state of ['finished', 'training'] as const) {
    const id = runs.nextRound();
    runs.add(run(id, state));
    await runs.store(id);
    await files.write(`${runs.folder(id)}/model.onnx`, 'weights');
  }
  await expect(runs.remove('round-02')).rejects.toThrow('this run is training');
  await runs.remove('round-01');
  const check = async (list: RunList) => {
    expect((await list.list()).runs.map(({ id }) => id)).toEqual(['round-02']);
    await expect(list.weightsOf('round-01')).rejects.toMatchObject({ status: 410, message: /was removed/ });
    await expect(list.weightsOf('nothing')).rejects.toMatchObject({ status: 404 });
    expect(list.nextRound()).toBe('round-03');
  };
  await check(runs);
  await check(await open());
  expect(await files.kind('project/runs/round-01/model.onnx')).not.toBe('file');
});
