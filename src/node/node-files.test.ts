import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { Files } from '../core/files.ts';
import { memoryFiles } from '../core/memory-files.ts';
import { isTemporary, nodeFiles } from './node-files.ts';

const temporaryFolder = () => mkdtemp(join(tmpdir(), 'patchcl-files-'));

const implementations: readonly (readonly [string, () => Promise<Files>])[] = [
  ['memoryFiles', async () => memoryFiles()],
  ['nodeFiles', async () => nodeFiles(await temporaryFolder())],
];

describe.each(implementations)('%s', (_, make) => {
  it('reads back what it wrote, making folders, replacing whole files', async () => {
    const files = await make();
    await files.write('runs/a/log.txt', 'a long first text');
    await files.write('runs/a/log.txt', 'two');
    await files.write('runs/a/weights', new Uint8Array([0, 255, 7]));
    expect(new TextDecoder().decode(await files.read('runs/a/log.txt'))).toBe('two');
    expect(await files.read('runs/a/weights')).toEqual(new Uint8Array([0, 255, 7]));
  });

  it('reads the start of a file, or all of a shorter one', async () => {
    const files = await make();
    await files.write('a/b', new Uint8Array([1, 2, 3]));
    expect(await files.readStart('a/b', 2)).toEqual(new Uint8Array([1, 2]));
    expect(await files.readStart('a/b', 9)).toEqual(new Uint8Array([1, 2, 3]));
    await expect(files.readStart('a/c', 1)).rejects.toThrow('a/c: there is no such file');
    await expect(files.readStart('a', 1)).rejects.toThrow('a: this is a folder, a file was expected');
  });

  it('appends records, making the file and its folders', async () => {
    const files = await make();
    await files.append('run/log.csv', 'step\n');
    await files.append('run/log.csv', new TextEncoder().encode('1\n'));
    expect(new TextDecoder().decode(await files.read('run/log.csv'))).toBe('step\n1\n');
    await expect(files.append('run', 'x')).rejects.toThrow('run: a folder of that name is in the way');
    await expect(files.append('run/log.csv/x', 'x')).rejects.toMatchObject({ code: 'unwritable' });
  });

  it('appends in the order of the calls, past one that fails', async () => {
    const files = await make();
    const records = Array.from({ length: 30 }, (_, i) => `${'x'.repeat((30 - i) * 1000)}${i};`);
    const bad = files.append('log', null as never).catch(() => 'failed');
    await Promise.all(records.map((record) => files.append('log', record)));
    expect(await bad).toBe('failed');
    expect(new TextDecoder().decode(await files.read('log'))).toBe(records.join(''));
  });

  it('lists by name with kinds, leaving no temporary file', async () => {
    const files = await make();
    for (const path of ['b/z', 'b/Z', 'b/a.txt', 'b/c/deep']) await files.write(path, '');
    expect(await files.list('b')).toEqual([
      { name: 'Z', kind: 'file' },
      { name: 'a.txt', kind: 'file' },
      { name: 'c', kind: 'folder' },
      { name: 'z', kind: 'file' },
    ]);
    expect(await files.list('')).toEqual([{ name: 'b', kind: 'folder' }]);
    expect(await files.list('nowhere')).toEqual([]);
    expect(await files.list('b/z')).toEqual([]);
  });

  it('tells files, folders and nothing apart', async () => {
    const files = await make();
    await files.write('a/b', 'x');
    expect(await Promise.all(['a', 'a/', 'a/b', 'a/c', 'a/b/c'].map((path) => files.kind(path)))).toEqual([
      'folder',
      'folder',
      'file',
      undefined,
      undefined,
    ]);
  });

  it('says where a path lies, whichever folder it is asked from', () => {
    expect(nodeFiles('/data').absolute('scans/')).toBe('/data/scans');
    expect(nodeFiles('/data').absolute('/other')).toBe('/other');
  });

  it('removes files and whole folders, silently when there is nothing', async () => {
    const files = await make();
    for (const path of ['a/b/c', 'a/b/d', 'a/bc', 'e']) await files.write(path, 'x');
    for (const path of ['a/b', 'e', 'nowhere', 'a/bc/below']) await files.remove(path);
    expect(await files.list('')).toEqual([{ name: 'a', kind: 'folder' }]);
    expect(await files.list('a')).toEqual([{ name: 'bc', kind: 'file' }]);
  });

  it('names what is in the way', async () => {
    const files = await make();
    await files.write('a/b', 'x');
    const check = async (action: Promise<unknown>, code: string, message: RegExp) => {
      await expect(action).rejects.toMatchObject({
        name: 'PatchclError',
        code,
        message: expect.stringMatching(message),
      });
    };
    await check(files.read('a/c'), 'bad-file', /^a\/c: there is no such file/);
    await check(files.read('a'), 'bad-file', /^a: this is a folder, a file was expected/);
    await check(files.write('a', 'x'), 'unwritable', /^a: a folder of that name is in the way/);
    await check(files.write('a/b/c', 'x'), 'unwritable', /^a\/b\/c: a part of its path is a file/);
    await check(files.write('a/b/c/d', 'x'), 'unwritable', /^a\/b\/c\/d: a part of its path is a file/);
    expect(await files.list('a')).toEqual([{ name: 'b', kind: 'file' }]);
  });
});

describe('nodeFiles on a real disk', () => {
  it('follows links, and lists broken ones, so that whoever reads them says so', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'real'));
    await writeFile(join(folder, 'real', 'scan'), 'x');
    await symlink(join(folder, 'real'), join(folder, 'link'));
    await symlink(join(folder, 'gone'), join(folder, 'broken'));
    expect(await nodeFiles(folder).list('')).toEqual([
      { name: 'broken', kind: 'file' },
      { name: 'link', kind: 'folder' },
      { name: 'real', kind: 'folder' },
    ]);
    expect(await nodeFiles(folder).kind('link/scan')).toBe('file');
    expect(await nodeFiles(folder).kind('broken')).toBeUndefined();
    for (const read of [nodeFiles(folder).read('broken'), nodeFiles(folder).readStart('broken', 4)])
      await expect(read).rejects.toThrow('broken: this is a link to a file that is not there. Fetch or mount');
  });

  it('keeps the old file and no debris when the content cannot be written', async () => {
    const folder = await temporaryFolder();
    const files = nodeFiles(folder);
    await files.write('model', 'old');
    await expect(files.write('model', 7 as never)).rejects.toMatchObject({ code: 'unwritable' });
    expect(await readdir(folder)).toEqual(['model']);
    expect(new TextDecoder().decode(await files.read('model'))).toBe('old');
  });

  it.skipIf(process.getuid?.() === 0)('says when a folder may not be written to', async () => {
    const folder = await temporaryFolder();
    await chmod(folder, 0o500);
    await expect(nodeFiles(folder).write('a', 'x')).rejects.toThrow('a: no permission to write here. Choose a folder');
  });

  it.skipIf(process.platform !== 'linux')('says when the disk is full', async () => {
    const { open } = await import('node:fs/promises');
    const handle = await open('/dev/full', 'w');
    const prototype = Object.getPrototypeOf(handle);
    const failure = await handle.writeFile('x').catch((cause: unknown) => cause);
    await handle.close();
    const spy = vi.spyOn(prototype, 'writeFile').mockRejectedValueOnce(failure);
    const folder = await temporaryFolder();
    await expect(nodeFiles(folder).write('a', 'x')).rejects.toThrow('a: no space is left on the disk. Free some space');
    expect(await readdir(folder)).toEqual([]);
    spy.mockRestore();
  });
});

describe('what is no regular file', () => {
  it('is not waited for, nor replaced', async () => {
    const folder = await temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'scan.nii')]);
    const files = nodeFiles(folder);
    await expect(files.read('scan.nii')).rejects.toThrow('scan.nii: this is a pipe, a socket or a device');
    await expect(files.readStart('scan.nii', 8)).rejects.toThrow('this is a pipe');
    await expect(files.read('/dev/zero')).rejects.toThrow('a device, a file was expected');
    await expect(files.write('scan.nii', 'x')).rejects.toThrow('nobody reads from this pipe');
    await files.write('/dev/null', 'x');
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
    expect((await stat(join(folder, 'scan.nii'))).isFIFO()).toBe(true);
  });

  it('links that lead back are no folders of their own', async () => {
    const folder = await temporaryFolder();
    const files = nodeFiles(folder);
    await files.write('a/b/scan.nii', 'x');
    await symlink('..', join(folder, 'a/b/up'));
    await symlink('self', join(folder, 'a/self'));
    await mkdir(join(folder, 'c'));
    await symlink('../c', join(folder, 'a/over'));
    await symlink('../a', join(folder, 'c/back'));
    expect((await files.list('a/b')).map(({ name }) => name)).toEqual(['scan.nii']);
    expect((await files.list('a')).map(({ name }) => name)).toEqual(['b', 'over', 'self']);
    expect(await files.list('a/over')).toEqual([]);
    await expect(files.read('a/self')).rejects.toThrow('a/self: this is a link that leads to itself');
  });
});

it('writes into a new folder from many sides at once, while others remove it when it is empty', async () => {
  const files = nodeFiles(await temporaryFolder());
  const names = Array.from({ length: 40 }, (_, i) => `run/deep/er/${i}`);
  await Promise.all(
    names.flatMap((name) => [files.write(name, 'x'), files.removeEmpty('run/deep/er'), files.removeEmpty('run/deep')]),
  );
  expect(await files.list('run/deep/er')).toHaveLength(40);
});

it('writes while others take away what killed writers have left', async () => {
  const folder = await temporaryFolder();
  const files = nodeFiles(folder);
  const names = Array.from({ length: 30 }, (_, i) => `${i}`);
  let writing = true;
  const clearing = (async () => {
    while (writing) {
      for (const { name } of await files.list('.')) if (isTemporary(name)) await files.remove(name);
      await setTimeout(1);
    }
  })();
  await Promise.all(names.map((name) => files.write(name, name))).finally(() => {
    writing = false;
  });
  await clearing;
  for (const name of names) expect(new TextDecoder().decode(await files.read(name))).toBe(name);
});
