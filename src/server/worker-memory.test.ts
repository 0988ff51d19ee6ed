import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeFiles } from '../node/node-files.ts';
import type { StudioEvent } from '../studio/api/index.ts';
import { openStudioBackend, type StudioBackend } from '../studio/backend.ts';
import { handlersOf } from '../studio/handlers/index.ts';
import { Worker } from '../studio/jobs/worker.ts';
import { processEnded, startSelf } from './jobs/fork.ts';
import { nodeStudioFiles } from './node-studio-files.ts';
import { writeBalls } from './testing/ball-scans.ts';

let folder: string;
let studio: StudioBackend;
const events: StudioEvent[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchcl-worker-'));
  await writeBalls(nodeFiles(folder), 'scans', 1);
  const place = { data: join(folder, 'scans'), folder: join(folder, 'project') };
  studio = await openStudioBackend(place, {
    ...{ files: nodeStudioFiles(nodeFiles()), start: startSelf(), ended: processEnded, version: '1' },
    log: () => undefined,
    emit: (event) => events.push(event),
  });
});

afterAll(async () => {
  await studio?.close();
  await rm(folder, { recursive: true, force: true });
});

it('a worker that needs more memory than it may have is ended, and says so', async () => {
  const worker = new Worker(join(folder, 'project'), startSelf(10e6));
  const job = worker.run('read', { case: 'ball1', folder: join(folder, 'read') }, { subject: 'ball1' });
  await expect(job).rejects.toThrow(/ball1: the process .* \(it had \d+ MB in memory, and may have 10 MB\)/);
  await worker.close();
});

it('a damaged picture of the list is made again, which is told', async () => {
  const thumbnail = handlersOf(studio).thumbnail as unknown as (asked: {
    case: string;
  }) => Promise<{ content: Uint8Array }>;
  const picture = async () => {
    const { content } = await thumbnail({ case: 'ball1' });
    return Buffer.from(content);
  };
  const whole = await picture();
  const cases = join(folder, 'project/cache/cases/ball1');
  expect(await readdir(cases)).toContain('thumbnail.png');
  const path = join(cases, 'thumbnail.png');
  const bytes = await readFile(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 0xff;
  for (const damage of [() => writeFile(path, bytes), () => writeFile(path, ''), () => rm(path)]) {
    events.length = 0;
    await damage();
    expect((await picture()).equals(whole)).toBe(true);
    expect(events).toContainEqual(expect.objectContaining({ type: 'note', text: expect.stringContaining('ball1') }));
  }
  events.length = 0;
  // What stands behind the end of a picture harms nobody.
  await appendFile(path, 'more');
  await picture();
  expect(events.filter(({ type }) => type === 'note')).toEqual([]);
});
