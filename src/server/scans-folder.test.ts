import { mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readText } from '../core/files.ts';
import { nodeFiles } from '../node/node-files.ts';
import { openNodeStudio } from './node-studio.ts';
import { writeBalls } from './testing/ball-scans.ts';

const files = nodeFiles();
const made: string[] = [];
let root: string;
let first: string;
let project: string;

const storedFolder = async () => JSON.parse(await readText(files, join(project, 'studio.json'))).data;

/** Opens and closes the project. @returns its cases, and what was said */
async function open(data?: string) {
  const log: string[] = [];
  const place = { folder: project, ...(data !== undefined && { data }) };
  const { studio } = await openNodeStudio(place, (text) => log.push(text));
  const cases = studio.project.cases.map(({ item }) => item.id);
  await studio.close();
  return { cases, log };
}

/** Two hospitals name their scans alike; a project is begun with those of the first. */
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'patchcl-scans-folder-'));
  made.push(root);
  [first, project] = [join(root, 'first/scans'), join(root, 'scans-studio')];
  await writeBalls(files, first, 1);
  await writeBalls(files, join(root, 'second/scans'), 2);
  await open(first);
});

afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

describe('a project is opened with its own scans alone', { timeout: 30_000 }, () => {
  it('not with those of another folder, whose cases have the same names', async () => {
    await expect(open(join(root, 'second/scans'))).rejects.toThrow(
      `${project}: this project belongs to the scans in ${first}. Name a new one with --project, or open this one with --project alone.`,
    );
    expect(await storedFolder()).toBe(first);
  });

  it('by whatever path they are reached', async () => {
    await symlink(join(root, 'first'), join(root, 'link'));
    for (const path of [`${first}/`, relative('.', first), join(root, 'link/scans'), undefined]) {
      expect(await open(path)).toEqual({ cases: ['ball1'], log: [] });
      expect(await storedFolder()).toMatch(/^\//);
    }
  });

  it('also where they have moved to', async () => {
    const moved = join(root, 'moved');
    await rename(first, moved);
    await expect(open()).rejects.toThrow(
      `${first}: the scans of this project are no longer here. If they have moved, say where to with --data.`,
    );
    const { cases, log } = await open(moved);
    expect(cases).toEqual(['ball1']);
    expect(log).toEqual([`the scans are no longer in ${first}; those in ${moved} are taken to be the same`]);
    expect(await storedFolder()).toBe(moved);
  });
});
