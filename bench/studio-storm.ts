import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFiles } from '../src/node/node-files.ts';
import { writeBalls } from '../src/server/testing/ball-scans.ts';
import { labelStorm } from '../src/server/testing/label-storm.ts';
import { startStudio } from '../src/server/testing/start-studio.ts';

/**
 * `npm run bench:storm [-- OPERATIONS KILLS SEED]`: two clients draw, import and undo on the same scans while the studio is killed
 * again and again. Every pixel that was confirmed must be in the current version of its slice or in an earlier one.
 */
const [operations = '2000', kills = '12', seed = '1'] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'patchcl-storm-'));
try {
  await writeBalls(nodeFiles(folder), 'scans', 3);
  const outcome = await labelStorm({
    operations: Number(operations),
    kills: Number(kills),
    seed,
    cases: ['ball1', 'ball2', 'ball3'],
    start: () => startStudio('--data', join(folder, 'scans'), '--project', join(folder, 'project')),
    onProgress: (done) => done % 200 === 0 && process.stdout.write(`${done} of ${operations} operations\n`),
  });
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
  if (outcome.lost > 0) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
