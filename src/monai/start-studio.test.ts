import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../node/node-files.ts';
import { writeBalls } from '../server/testing/ball-scans.ts';
import { httpStudio } from '../studio/api/index.ts';
import { checkMonaiOptions } from './monai-options.ts';
import { startStudio } from './start-studio.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchcl-start-studio-'));
  await writeBalls(nodeFiles(folder), 'scans', 1);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it('serves a project to programs and 3D Slicer, alone, until it is closed', { timeout: 60_000 }, async () => {
  const place = { data: join(folder, 'scans'), project: join(folder, 'project') };
  const studio = await startStudio({ ...place, monai: {} });
  try {
    const { cases } = await httpStudio(studio.url, studio.token).ask('project', {});
    expect(cases.map(({ id }) => id)).toEqual(['ball1']);
    expect((await fetch(`${studio.url}/info/`)).status).toBe(401);
    const headers = { Authorization: `Bearer ${studio.token}` };
    expect(await (await fetch(`${studio.url}/info/`, { headers })).json()).toMatchObject({ labels: ['ring', 'core'] });
    await expect(startStudio(place)).rejects.toThrow('is at work');
  } finally {
    await studio.close();
  }
  // Without being asked for, MONAI Label's addresses are none.
  const again = await startStudio(place);
  const { status } = await fetch(`${again.url}/info/`);
  await again.close();
  expect(status).toBe(404);
});

describe('how other programs get in', () => {
  it.each([
    [{ open: true }, '0.0.0.0', '--monai-open: without a token other machines would get in'],
    [{ origins: ['*'] }, '127.0.0.1', '--monai-origin: "*" is no origin of a page'],
    [{ origins: ['null'] }, '127.0.0.1', '"null" is no origin of a page'],
    [{ origins: ['http://localhost:3000/viewer'] }, '127.0.0.1', 'Write it as http://localhost:3000, without a path'],
    [{ origins: ['localhost:3000'] }, '127.0.0.1', '"localhost:3000" is no origin of a page'],
  ])('is refused: %o at %s', (options, host, sentence) => {
    expect(() => checkMonaiOptions(options, host)).toThrow(sentence);
  });

  it('is fine on this machine', () => {
    checkMonaiOptions({ open: true, origins: ['http://localhost:3000', 'https://viewer.example'] }, '127.0.0.1');
  });
});
