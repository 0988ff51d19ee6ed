import { expect, it } from 'vitest';
import type { Files } from '../core/files.ts';
import { memoryFiles } from '../core/memory-files.ts';
import { checkWritable } from './outputs.ts';

/** Files in which another process writes at the same time. */
function shared(): Files {
  const files = memoryFiles({});
  return {
    ...files,
    write: async (path, content) => {
      await files.write(path, content);
      if (!path.endsWith('mask.png')) await files.write('a/out/mask.png', 'of another process');
    },
  };
}

it('leaves nothing behind', async () => {
  const files = memoryFiles({});
  await checkWritable(files, 'a/out');
  expect(await files.kind('a')).toBeUndefined();
});

it('never takes away what another process has written to a shared folder', async () => {
  const files = shared();
  await checkWritable(files, 'a/out', { shared: true });
  expect((await files.list('a/out')).map(({ name }) => name)).toEqual(['mask.png']);
});
