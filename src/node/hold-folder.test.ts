import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOLDER_FILE, holdingFolder } from './hold-folder.ts';
import { nodeFiles } from './node-files.ts';

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchcl-hold-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A process that is alive as long as this one: its parent. */
const LIVING = { pid: process.ppid, host: hostname(), since: Date.now() };

async function held(name: string, holder: unknown): Promise<string> {
  await mkdir(at(name));
  await writeFile(at(name, HOLDER_FILE), typeof holder === 'string' ? holder : JSON.stringify(holder));
  return at(name);
}

it('holds a folder while there is work, and leaves nothing behind', async () => {
  const run = at('a', 'b');
  const found = await holdingFolder(run, async () => JSON.parse(await readFile(join(run, HOLDER_FILE), 'utf8')));
  expect(found.pid).toBe(process.pid);
  expect(existsSync(at('a'))).toBe(false);
  await expect(holdingFolder(run, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(existsSync(at('a'))).toBe(false);
});

it('leaves what the work has made', async () => {
  await holdingFolder(at('kept'), () => writeFile(at('kept', 'model.onnx'), ''));
  expect(existsSync(at('kept', 'model.onnx'))).toBe(true);
  expect(existsSync(at('kept', HOLDER_FILE))).toBe(false);
});

it('removes what a killed writer left half-written, and nothing else', async () => {
  const files = nodeFiles(at('torn'));
  await files.write('.patchcl-0123456789abcdef.tmp', 'half');
  await files.write('.patchcl-demo', 'a mark');
  await holdingFolder(at('torn'), async () => undefined);
  expect((await files.list('')).map(({ name }) => name)).toEqual(['.patchcl-demo']);
});

it('is refused while another process is at work, which keeps its claim', { timeout: 20_000 }, async () => {
  const run = await held('busy', LIVING);
  let worked = false;
  const work = async () => {
    worked = true;
  };
  await expect(holdingFolder(run, work)).rejects.toMatchObject({
    code: 'bad-usage',
    subject: run,
    problem: `process ${process.ppid} is at work in this folder`,
  });
  expect(worked).toBe(false);
  expect(JSON.parse(await readFile(join(run, HOLDER_FILE), 'utf8'))).toEqual(LIVING);
});

it('waits a moment for one that is about to end', async () => {
  const run = await held('ending', LIVING);
  setTimeout(() => rm(join(run, HOLDER_FILE)), 300);
  expect(await holdingFolder(run, async () => 'done')).toBe('done');
});

it.each([
  ['a process that has ended', { ...LIVING, pid: 2 ** 22 + 1 }],
  ['another machine, whose processes cannot be asked', { ...LIVING, host: 'elsewhere' }],
  ['a time before the machine was started', { ...LIVING, since: 0 }],
  ['this very number: a container that was started anew', { ...LIVING, pid: process.pid }],
  ['a writer that died half-way', '{"pid": 1'],
])('takes over from %s', async (name, holder) => {
  const run = await held(name, holder);
  expect(await holdingFolder(run, async () => 'done')).toBe('done');
});
