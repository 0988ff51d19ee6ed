import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../node/node-files.ts';
import { writeBalls } from './testing/ball-scans.ts';
import { labelStorm } from './testing/label-storm.ts';
import { startStudio } from './testing/start-studio.ts';

describe('two clients, imports, restarts and kill -9 in any order', { timeout: 120_000 }, () => {
  // 2000 operations: npm run bench:storm
  it('lose no pixel that was confirmed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'patchcl-storm-'));
    try {
      await writeBalls(nodeFiles(folder), 'scans', 3);
      const outcome = await labelStorm({
        operations: 120,
        kills: 2,
        seed: 'quick',
        cases: ['ball1', 'ball2'],
        start: () => startStudio('--data', join(folder, 'scans'), '--project', join(folder, 'project')),
      });
      expect(outcome).toMatchObject({ lost: 0, restarts: 2 });
      expect(outcome.acknowledged).toBeGreaterThan(60);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
