import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../bench/chaos/main.ts', import.meta.url));

// Each operation at least once: `npm run chaos` goes on for as long as one likes.
it('commands and a studio survive hostile files, crashes and each other', { timeout: 400_000 }, async () => {
  const args = ['--import', 'tsx', program, '--minutes', '0.1', '--seed', '5'];
  const { stdout } = await promisify(execFile)(process.execPath, args).catch((error: { stdout: string }) => error);
  expect(stdout).toMatch(/ operations .*, 0 faults, 0 losses/);
});
