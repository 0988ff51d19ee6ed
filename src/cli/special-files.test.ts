import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { joinPath } from '../core/files.ts';
import { greyPng, runCommand, workplace } from './testing/run-command.ts';
import { untrainedModel } from './testing/untrained-model.ts';

const { folder, files } = await workplace();
const at = (path: string) => joinPath(folder, path);
const inspect = (json: string) => runCommand('inspect', at('scan.png'), '--json', json);

/** Whether a device node could be made: root alone may. */
function madeDevice(path: string): boolean {
  try {
    execFileSync('mknod', [path, 'c', '1', '3'], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write('SKIPPED: writing to a device node, which only root can make\n');
    return false;
  }
}

beforeAll(async () => {
  await files.write(
    at('scan.png'),
    greyPng(20, (row, column) => row * column),
  );
  await files.write(at('model.onnx'), untrainedModel());
});

describe('--json onto what is no regular file', () => {
  it.skipIf(!madeDevice(at('null')))('a device node stays one', async () => {
    const { status, error } = await inspect(at('null'));
    expect(status, error).toBe(0);
    expect((await stat(at('null'))).isCharacterDevice()).toBe(true);
    expect((await readdir(folder)).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('/dev/null stays one', async () => {
    expect((await inspect('/dev/null')).status).toBe(0);
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it('a pipe hands it to who reads, and stays one', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const [read, { status, error }] = await Promise.all([text(createReadStream(at('pipe'))), inspect(at('pipe'))]);
    expect(status, error).toBe(0);
    expect(JSON.parse(read)).toMatchObject({ path: at('scan.png') });
    expect((await lstat(at('pipe'))).isFIFO()).toBe(true);
  });

  it('a symbolic link is written through, and stays one', async () => {
    await files.write(at('target.json'), 'old');
    await symlink(at('target.json'), at('link.json'));
    expect((await inspect(at('link.json'))).status).toBe(0);
    expect((await lstat(at('link.json'))).isSymbolicLink()).toBe(true);
    expect(JSON.parse(await readFile(at('target.json'), 'utf8'))).toMatchObject({ path: at('scan.png') });
  });
});

it('a scan that is given twice counts once', async () => {
  const scan = at('twice/scan.png');
  await files.write(scan, await files.read(at('scan.png')));
  const given = ['predict', at('model.onnx'), scan, scan, at('twice'), '--out', at('masks'), '--threads', '1'];
  const { status, error } = await runCommand(...given);
  expect(status, error).toBe(0);
  expect(error).toContain('1 of 1 scans segmented');
  expect(await readdir(at('masks'))).toEqual(['scan.png']);
});
