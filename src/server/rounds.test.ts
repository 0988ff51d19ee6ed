import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import { countOverlap, dice } from '../metrics/overlap.ts';
import { nodeFiles } from '../node/node-files.ts';
import { Annotator } from './testing/annotator.ts';
import { BALL_SETTINGS, BALL_SHAPE, ballScan, writeBalls } from './testing/ball-scans.ts';
import { type StartedStudio, startStudio } from './testing/start-studio.ts';

let folder: string;
let started: StartedStudio;
let annotator: Annotator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchcl-rounds-'));
  await writeBalls(nodeFiles(folder), 'scans', 8);
  started = await startStudio('--data', join(folder, 'scans'), '--project', join(folder, 'project'));
  annotator = new Annotator(started.studio, async (id) => ballScan(Number(id.slice(4))).mask);
});

afterAll(async () => {
  await started?.end();
  await rm(folder, { recursive: true, force: true });
});

/** Mean Dice of a run's proposals over classes and all cases. */
async function diceOf(run: string): Promise<number> {
  const { cases } = await started.studio.ask('project', {});
  let total = 0;
  for (const { id } of cases) {
    const mask = await started.studio.ask('proposalMask', { case: id, first: 0, count: BALL_SHAPE[0], run });
    const counts = countOverlap(mask, ballScan(Number(id.slice(4))).mask, 3);
    total += (dice(counts, 1) + dice(counts, 2)) / 2;
  }
  return total / cases.length;
}

describe('rounds of drawing, training and review through the API', { timeout: 120_000 }, () => {
  it('begins with scans that were read, and without a model', async () => {
    const cases = await annotator.cases();
    expect(cases.map(({ state }) => state)).toEqual(Array(8).fill('ready'));
    expect(cases[0]?.measures).toMatchObject({ shape: BALL_SHAPE, stored: 'LAS', unit: 'mm' });
    const ranking = await started.studio.ask('ranking', {});
    expect(ranking.run).toBeUndefined();
    await expect(started.studio.ask('proposal', { case: 'ball1' })).rejects.toThrow(/no model yet/);
    await expect(started.studio.ask('train', { body: { steps: 5 } })).rejects.toThrow(/no label to learn from/);
  });

  it('learns from labels on some slices, then better from reviewed ones', async () => {
    await annotator.draw('ball1', [2]);
    const first = await annotator.train({ steps: 8, method: 'supervised', settings: BALL_SETTINGS });
    expect(first.labels).toEqual({ cases: 1, slices: 1, by: { drawn: 1 } });
    const before = await diceOf(first.id);

    const next = await annotator.next(2, 'ranking', first.id, new Rng(1));
    expect(next).not.toContain('ball1');
    for (const id of next) await annotator.review(id);
    const second = await annotator.train({ steps: 480, settings: BALL_SETTINGS });
    // One of the three is held out, and judges.
    expect(second.labels.cases).toBe(2);
    expect(second.labels.by.corrected).toBeGreaterThan(0);
    expect(second.validation).toHaveLength(1);
    expect(await diceOf(second.id)).toBeGreaterThan(Math.max(0.4, before + 0.1));

    const { runs, current } = await started.studio.ask('runs', {});
    expect(runs.map(({ id, state, hasModel, hasReport }) => [id, state, hasModel, hasReport])).toEqual([
      ['round-01', 'finished', true, true],
      ['round-02', 'finished', true, true],
    ]);
    expect(current).toBe('round-02');
    const patches = await started.studio.ask('patches', { run: second.id });
    expect(patches.images).toHaveLength(4);
    expect(new Set(patches.embedding.map((point) => point.class)).size).toBeGreaterThan(1);
  });
});
