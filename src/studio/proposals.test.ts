import { expect, it } from 'vitest';
import { tinyData } from '../train/testing/tiny-data.ts';
import type { Worker } from './jobs/worker.ts';
import { Proposals } from './proposals.ts';
import { StudioProject } from './studio-project.ts';
import { memoryStudioFiles } from './testing/memory-studio-files.ts';
import type { RunList } from './training/run-list.ts';

it('goes on where proposals of earlier weights cannot be removed while they are still being written', async () => {
  const files = memoryStudioFiles({ ...tinyData(), 'project/cache/proposals/round/10/p1/proposal.json': '{}' });
  const project = await StudioProject.open(
    { ...files, remove: () => Promise.reject(new Error('in use')) },
    { data: 'data', folder: 'project' },
  );
  // A run whose weights became better, and nothing to be shown of it.
  const runs = { known: () => ({ stored: { request: { watch: [] } } }) } as unknown as RunList;
  const log: string[] = [];
  const proposals = new Proposals(
    project,
    {} as Worker,
    runs,
    { current: async () => undefined },
    {
      emit: () => undefined,
      log: (text) => log.push(text),
    },
  );
  await proposals.watch('round', 20);
  expect(log).toEqual(['project/cache/proposals/round/10 stays for now: in use']);
});
