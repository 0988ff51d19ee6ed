import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../node/node-files.ts';
import type { StudioClient } from '../studio/api/index.ts';
import { foreignModel } from '../studio/jobs/testing/foreign-model.ts';
import { BALL_SHAPE, writeBalls } from './testing/ball-scans.ts';
import { type ServedStudio, serveScans } from './testing/serve-scans.ts';

let folder: string;
let served: ServedStudio;
let studio: StudioClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchcl-foreign-'));
  await writeBalls(nodeFiles(folder), 'scans', 2);
  served = await serveScans(folder);
  await served.readAll();
  studio = served.studio;
});

afterAll(async () => {
  await served?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a model from elsewhere', { timeout: 60_000 }, () => {
  it.each([
    [
      'two.onnx',
      foreignModel({ classes: 2 }),
      /two\.onnx: this model cannot be used here: it tells 2 classes apart, the project has 3/,
    ],
    [
      'image.onnx',
      foreignModel({ gives: 'image' }),
      /image\.onnx: this model cannot be used here: it tells 1 classes apart, the project has 3/,
    ],
    [
      'four.onnx',
      foreignModel({ channels: 4 }),
      /four\.onnx: this model cannot be used here: it looks at 4 channel\(s\), the scans here have 1\.$/,
    ],
    ['notes.onnx', new TextEncoder().encode('no model'), /notes\.onnx: this is not an ONNX file/],
  ])('of the wrong shape is refused in a sentence, and is not listed: %s', async (name, body, sentence) => {
    await expect(studio.ask('loadModel', { name, body })).rejects.toThrow(sentence);
    expect((await studio.ask('runs', {})).runs).toEqual([]);
    await expect(studio.ask('proposal', { case: 'ball1' })).rejects.toThrow(/no model yet/);
  });

  it('for colours looks at grey scans as the grey pictures that they are', async () => {
    const { id } = await studio.ask('loadModel', { name: 'colours.onnx', body: foreignModel({ channels: 3 }) });
    expect((await studio.ask('proposal', { case: 'ball1', run: id })).slices).toHaveLength(BALL_SHAPE[0]);
    await studio.ask('removeRun', { run: id });
  });

  it('of the right shape is listed among the runs, proposes and ranks, and can be taken home again', async () => {
    const run = await studio.ask('loadModel', { name: 'theirs.onnx', body: foreignModel({ gives: 'logits' }) });
    expect(run).toMatchObject({ id: 'theirs', kind: 'model', state: 'finished', hasModel: true, method: 'foreign' });
    const [depth, height, width] = BALL_SHAPE;
    const proposal = await studio.ask('proposal', { case: 'ball2' });
    expect(proposal).toMatchObject({ run: 'theirs', classes: ['background', 'ring', 'core'] });
    expect(proposal.slices).toHaveLength(depth);
    const mask = await studio.ask('proposalMask', { case: 'ball2', first: 0, count: depth });
    expect(mask).toHaveLength(depth * height * width);
    await expect.poll(async () => (await studio.ask('ranking', {})).looked).toBe(2);
    expect((await studio.ask('ranking', {})).run).toBe('theirs');
    const taken = await studio.ask('model', { run: 'theirs' });
    expect((await studio.ask('loadModel', { name: 'theirs.onnx', body: taken })).id).toBe('theirs-2');
  });
});
