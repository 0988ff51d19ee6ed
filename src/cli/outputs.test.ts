import { expect, it } from 'vitest';
import { type Files, readText } from '../core/files.ts';
import { memoryFiles } from '../core/memory-files.ts';
import { checkWritable, checkWritableFile } from './outputs.ts';

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
  await checkWritable(files, 'a/out');
  expect((await files.list('a/out')).map(({ name }) => name)).toEqual(['mask.png']);
});

it('names the folder that was given', async () => {
  const files = memoryFiles({ file: 'x' });
  await expect(checkWritable(files, 'file')).rejects.toMatchObject({ subject: 'file', code: 'unwritable' });
});

it('leaves an old file as it is, and none where there was none', async () => {
  const files = memoryFiles({ 'old.json': 'old' });
  for (const path of ['old.json', 'a/new.json']) await checkWritableFile(files, path);
  expect(await readText(files, 'old.json')).toBe('old');
  expect((await files.list('')).map(({ name }) => name)).toEqual(['old.json']);
});

it.each([
  ['file/x.json', 'file/x.json: a part of its path is a file'],
  ['folder', 'folder: a folder of that name is in the way'],
])('names the file that was given: %s', async (path, message) => {
  const files = memoryFiles({ file: 'x', 'folder/a': 'x' });
  await expect(checkWritableFile(files, path)).rejects.toThrow(message);
});
