import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../node/node-files.ts';
import type { Run } from '../studio/api/index.ts';
import { BALL_SETTINGS, BALL_SHAPE, ballScan, writeBalls } from './testing/ball-scans.ts';
import { type StartedStudio, startStudio } from './testing/start-studio.ts';

const [DEPTH, HEIGHT, WIDTH] = BALL_SHAPE;
const PLANE = HEIGHT * WIDTH;
/** More than are trained before the deaths. */
const STEPS = 900;

let folder: string;
let started: StartedStudio;
const open = () => startStudio('--data', join(folder, 'scans'), '--project', join(folder, 'project'));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchcl-crash-'));
  await writeBalls(nodeFiles(folder), 'scans', 5);
  started = await open();
});

afterAll(async () => {
  await started?.end();
  await rm(folder, { recursive: true, force: true });
});

/** kill -9, and the studio is opened again. */
async function killAndReopen(): Promise<void> {
  const gone = new Promise((resolve) => started.process.once('exit', resolve));
  started.process.kill('SIGKILL');
  await gone;
  started = await open();
}

/** The process that trains: only Linux tells of the children of others. */
function trainerOf(studio: number): number | undefined {
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const isTrainer = readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('studio-trainer');
      const parent = /\nPPid:\s*(\d+)/.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
      if (isTrainer && Number(parent) === studio) return Number(name);
    } catch {
      // It has ended meanwhile.
    }
  }
  return undefined;
}

const run = (id: string): Promise<Run> => started.studio.ask('run', { run: id });

async function until(id: string, isReached: (run: Run) => boolean): Promise<Run> {
  for (;;) {
    const now = await run(id);
    if (isReached(now)) return now;
    await new Promise((wake) => setTimeout(wake, 30));
  }
}

describe.skipIf(process.platform !== 'linux')('kill -9', { timeout: 120_000 }, () => {
  it('of the studio while a person draws loses no slice that was saved, and leaves none half-written', async () => {
    const versions = (n: number) => new Uint8Array(PLANE).fill(n % 3);
    const saved = new Map<string, number>();
    for (const id of ['ball1', 'ball2']) await started.studio.ask('case', { case: id });
    let stop = false;
    // Every slice is drawn over and over, as with a brush.
    const drawing = (async () => {
      for (let n = 1; !stop; n++) {
        for (const id of ['ball1', 'ball2']) {
          const first = n % DEPTH;
          const save = { case: id, first, count: 1, provenance: 'drawn', body: versions(n) } as const;
          const isSaved = await started.studio.ask('saveMask', save).then(
            () => true,
            () => false,
          );
          if (!isSaved) return;
          saved.set(`${id} ${first}`, n);
        }
      }
    })();
    await new Promise((wake) => setTimeout(wake, 700));
    const gone = new Promise((resolve) => started.process.once('exit', resolve));
    started.process.kill('SIGKILL');
    await gone;
    stop = true;
    await drawing;
    started = await open();
    expect(saved.size).toBeGreaterThan(4);
    for (const [key, n] of saved) {
      const [id, first] = key.split(' ') as [string, string];
      const mask = await started.studio.ask('mask', { case: id, first: Number(first), count: 1 });
      // The answer to the last stroke may have been lost, the stroke itself not: it is that, whole, or the one before.
      const next = versions(n + DEPTH);
      expect([versions(n), next].some((whole) => Buffer.from(whole).equals(Buffer.from(mask)))).toBe(true);
      expect((await started.studio.ask('case', { case: id })).slices[Number(first)]).toBe('drawn');
    }
  });

  it('of the training is told, and the run goes on where its checkpoint was; of the studio too', async () => {
    for (const id of ['ball1', 'ball2', 'ball3']) {
      const body = ballScan(Number(id.slice(4))).mask;
      await started.studio.ask('saveMask', { case: id, first: 0, count: DEPTH, provenance: 'drawn', body });
    }
    const settings = { ...BALL_SETTINGS, validations: 30 };
    const { id } = await started.studio.ask('train', { body: { steps: STEPS, settings } });
    // A checkpoint follows every validation.
    await until(id, ({ best, progress }) => best !== undefined && (progress?.step ?? 0) > best.step + 2);
    process.kill(trainerOf(started.process.pid as number) as number, 'SIGKILL');
    const crashed = await until(id, ({ state }) => state === 'crashed');
    expect(crashed).toMatchObject({ resumable: true, problem: expect.stringMatching(/died \(SIGKILL\)/) });
    expect(started.log()).toContain('round-01 has crashed');
    // Nothing else has suffered.
    expect((await started.studio.ask('project', {})).cases).toHaveLength(5);

    await started.studio.ask('resume', { run: id });
    const resumed = await until(id, ({ progress, state }) => state === 'training' && progress !== undefined);
    expect(resumed.progress?.step).toBeGreaterThan(STEPS / 30);

    await killAndReopen();
    expect(await run(id)).toMatchObject({ state: 'interrupted', resumable: true });
    const masks = await started.studio.ask('mask', { case: 'ball3', first: 0, count: DEPTH });
    expect(Buffer.from(masks).equals(Buffer.from(ballScan(3).mask))).toBe(true);
    await started.studio.ask('resume', { run: id });
    await expect(started.studio.ask('resume', { run: id })).rejects.toThrow(/under way/);
    const paused = until(id, ({ state }) => state === 'paused');
    await until(id, ({ state }) => state === 'training');
    await started.studio.ask('pause', { run: id });
    await paused;
    const stopped = await started.studio.ask('stop', { run: id });
    expect(stopped).toMatchObject({ state: 'stopped', resumable: false, hasModel: true, hasReport: true });
    const { series } = await started.studio.ask('run', { run: id });
    const steps = series.find(({ name }) => name === 'loss')?.steps as number[];
    // One curve without a gap, as if nothing had happened.
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    expect((await started.studio.ask('proposal', { case: 'ball5' })).run).toBe(id);
  });
});
