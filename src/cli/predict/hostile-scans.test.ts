import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { HOSTILE } from '../../../bench/chaos/hostile.ts';
import { joinPath } from '../../core/files.ts';
import { Rng } from '../../core/rng.ts';
import { greyPng, runCommand, TINY, workplace, writeSquares } from '../testing/run-command.ts';

const { folder, files } = await workplace();
const at = (path: string) => joinPath(folder, path);

beforeAll(async () => {
  await writeSquares(files, at('data'));
  await files.write(at('tiny.yaml'), TINY);
  const args = ['--data', at('data'), '--config', at('tiny.yaml'), '--out', at('run'), '--threads', '1'];
  expect(await runCommand('train', ...args, '--steps', '4')).toMatchObject({ status: 0 });
  await mkdir(at('scans'));
  for (let n = 0; n < 12; n++)
    await files.write(
      at(`scans/good${n}.png`),
      greyPng(32, (row) => 5 * row + n),
    );
  for (const [n, make] of Object.values(HOSTILE).entries()) make(at('scans'), `bad${n}`, new Rng('hostile', n));
}, 120_000);

it('scans that are hostile, each in its own way, cost themselves', { timeout: 120_000 }, async () => {
  const { status, error } = await runCommand('predict', at('run'), at('scans'), '--out', at('masks'), '--memory', '1G');
  expect(status).toBe(1);
  expect(error).not.toContain('bug');
  for (let n = 0; n < 12; n++) expect(await files.kind(at(`masks/good${n}.png`))).toBe('file');
  const sentences = error.split('\n').filter((line) => /^patchcl: .*scans\/bad\d/.test(line));
  expect(sentences).toHaveLength(Object.keys(HOSTILE).length);
  expect(error).toMatch(/bad0\.nii\.gz: this is a pipe, a socket or a device/);
  expect(error).toMatch(/32000 x 2 x 2|the file ends early/);
});

it('a scan that needs more memory than it may have is refused before it is read', async () => {
  const header = (await readFile(at('scans/bad7.nii'))).subarray(0, 400);
  const huge = new Uint8Array(header);
  const view = new DataView(huge.buffer);
  for (const [i, length] of [1024, 1024, 400].entries()) view.setInt16(42 + 2 * i, length, true);
  await mkdir(at('huge'), { recursive: true });
  await writeFile(at('huge/ct.nii'), huge);
  const { status, error } = await runCommand('predict', at('run'), at('huge'), '--out', at('none'), '--memory', '2G');
  expect(status).toBe(1);
  expect(error).toMatch(
    /1024 x 1024 x 400 voxels need up to 5\.\d GB of memory, more than the 2\.1 GB that --memory allows\./,
  );
  for (const path of [at('huge'), at('huge/ct.nii')]) {
    const inspected = await runCommand('inspect', path, '--memory', '2G');
    expect(inspected.status).toBe(1);
    expect(inspected.out + inspected.error).toMatch(/1024 x 1024 x 400 voxels need up to 5\.\d GB of memory/);
  }
});
