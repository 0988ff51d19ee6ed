import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { PROGRAM } from '../node/program.ts';

it('minds no reader that leaves early, as `head` does', async () => {
  const child = spawn(process.execPath, [PROGRAM, 'train', '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  // Long before the program has started, let alone printed.
  child.stdout.destroy();
  let error = '';
  child.stderr.on('data', (chunk) => (error += String(chunk)));
  const status = await new Promise((resolve) => child.once('close', resolve));
  expect([status, error]).toEqual([0, '']);
});
