import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../bench/races/main.ts', import.meta.url));

it('of two processes that start at the same moment one holds the folder, and nothing is lost', {
  timeout: 120_000,
}, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program, '--pairs', '20']);
  expect(stdout).toContain('0 pairs went wrong');
  expect(stdout).toMatch(/claim: 20 pairs, .*"refused":[1-9]/);
  expect(stdout).toMatch(/takeover: 20 pairs, .*"refused":[1-9]/);
});
