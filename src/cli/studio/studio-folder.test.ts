import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinPath, readText } from '../../core/files.ts';
import { BALL_SHAPE, ballScan, writeBalls } from '../../server/testing/ball-scans.ts';
import { serveScans } from '../../server/testing/serve-scans.ts';
import { runCommand, TINY, workplace } from '../testing/run-command.ts';

const { folder, files } = await workplace();
const project = joinPath(folder, 'project');
const config = joinPath(folder, 'tiny.yaml');
const [, HEIGHT, WIDTH] = BALL_SHAPE;
/** What was drawn: slices by case. */
const DRAWN = { ball1: [1, 2, 3], ball2: [2, 3], ball3: [2] } as const;

/** A person draws on some slices of three of five scans, refuses one, and ends the studio. */
beforeAll(async () => {
  await writeBalls(files, joinPath(folder, 'scans'), 5);
  await files.write(config, TINY);
  const { studio, close } = await serveScans(folder);
  for (const [id, slices] of Object.entries(DRAWN)) {
    const { mask } = ballScan(Number(id.slice(4)));
    await studio.ask('case', { case: id });
    for (const first of slices) {
      const body = mask.slice(first * HEIGHT * WIDTH, (first + 1) * HEIGHT * WIDTH);
      await studio.ask('saveMask', { case: id, first, count: 1, provenance: 'drawn', body });
    }
  }
  await studio.ask('reject', { case: 'ball4', first: 2, count: 1 });
  await close();
}, 60_000);

afterAll(() => files.remove(folder));

describe('the folder that a studio leaves', { timeout: 60_000 }, () => {
  it('is trained on by its labels alone, without the studio', async () => {
    const run = joinPath(folder, 'run');
    const settings = ['--config', config, '--steps', '6', '--threads', '1'];
    const { status, error } = await runCommand('train', '--data', project, '--out', run, ...settings);
    expect(status, error).toBe(0);
    // Ball 2 is validated on. Four slices of the others are drawn; all else, refused or not, is unlabelled: 8 of theirs, 12 of two.
    expect(error).toContain('2 (4 images) labelled, 2 (20 images) unlabelled, 1 (1 images) for validation');
    const { classes, layout } = JSON.parse(await readText(files, joinPath(run, 'split.json')));
    expect([layout, classes]).toEqual(['studio', ['background', 'ring', 'core']]);
    expect(await files.kind(joinPath(run, 'model.onnx'))).toBe('file');
  });
});
