import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { nodeFiles } from '../node/node-files.ts';
import { LABEL_STORE_SCENARIOS } from '../studio/labels/testing/label-store-scenarios.ts';
import { nodeStudioFiles } from './node-studio-files.ts';

describe('the label store on the disk of a machine', () => {
  it.each(Object.entries(LABEL_STORE_SCENARIOS))('%s', async (_, run) => {
    const folder = await mkdtemp(join(tmpdir(), 'patchcl-labels-'));
    try {
      await run(nodeStudioFiles(nodeFiles(folder)));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
