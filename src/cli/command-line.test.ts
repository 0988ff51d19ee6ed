import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { commandLine } from './command-line.ts';

it('is typed as one would type it', () => {
  expect(commandLine(['train', '--data', 'my-data', '--set', 'contrast.weight=0.3'])).toBe(
    'patchcl train --data my-data --set contrast.weight=0.3',
  );
});

it('gives a shell the same words again', () => {
  const words = ['a b', "it's", '', '$HOME', '~/x', 'a\nb', '^([^_]+)_', '*'];
  const { stdout } = spawnSync('sh', ['-c', `patchcl() { printf '%s\\0' "$@"; }; ${commandLine(words)}`]);
  expect(String(stdout).split('\0').slice(0, -1)).toEqual(words);
});
