import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLabels, writeNifti } from '../formats/index.ts';
import { nodeFiles } from '../node/node-files.ts';
import { BALL_SETTINGS, ballScan, writeBallMasks, writeBalls } from '../server/testing/ball-scans.ts';
import { foreignModel } from '../studio/jobs/testing/foreign-model.ts';
import { monaiClient } from './testing/monai-client.ts';
import { type ServedMonai, serveMonai } from './testing/serve-monai.ts';

const client = monaiClient();
const script = fileURLToPath(new URL('testing/use_client.py', import.meta.url));

/** [depth, height, width] of a scan with thick slices. */
const TILTED_SHAPE = [6, 24, 20] as const;
const TILTED_SPACING = [3, 1.2, 0.8] as const;

/** It stands askew: its columns run to the back, its rows down and its slices to the left, each turned by some degrees. */
function tiltedAffine(): number[] {
  const [a, b] = [0.3, 0.2];
  const along = [
    [-Math.sin(a) * Math.cos(b), -Math.cos(a) * Math.cos(b), Math.sin(b)],
    [Math.sin(a) * Math.sin(b), Math.cos(a) * Math.sin(b), Math.cos(b)],
    [-Math.cos(a), Math.sin(a), 0],
  ] as const;
  const steps = [0.8, -1.2, 3];
  const start = [12.5, 31, -7.25];
  const rows = [0, 1, 2].map((row) => [
    ...along.map((direction, axis) => (direction[row] as number) * (steps[axis] as number)),
    start[row] as number,
  ]);
  return [...rows.flat(), 0, 0, 0, 1];
}

let folder: string;
let served: ServedMonai;

beforeAll(async () => {
  if (client === undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'patchcl-monai-client-'));
  const files = nodeFiles(folder);
  await writeBalls(files, 'scans', 2);
  await writeBallMasks(files, 'scans', 1);
  const geometry = { spacing: TILTED_SPACING, unit: 'mm', affine: tiltedAffine() } as const;
  const tilted = { data: ballScan(9).image, shape: [1, ...TILTED_SHAPE] as const, geometry };
  await files.write('scans/images/tilted.nii.gz', writeNifti(tilted));
  served = await serveMonai(folder);
  await served.studio.ask('loadModel', { name: 'theirs.onnx', body: foreignModel() });
}, 120_000);

afterAll(async () => {
  await served?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

describe.skipIf(client === undefined)('the client of MONAI Label', { timeout: 120_000 }, () => {
  it.each([
    ['with a token', false],
    ['without', true],
  ])('has all of its methods answered: %s', async (_, isOpen) => {
    const url = isOpen ? await served.beside({ isOpen }) : served.url;
    const use = client as NonNullable<typeof client>;
    const args = [url, isOpen ? '' : served.token, folder, JSON.stringify(BALL_SETTINGS)];
    const { drawn, run } = (await use(script, args)) as { drawn: string; run: string };
    // What was drawn there is here, with who has drawn it.
    const exported = await readLabels(await served.studio.ask('exportMask', { case: 'tilted' }), 'mask.nii.gz');
    expect(Buffer.from(exported.data).toString('hex')).toBe(drawn);
    const { actions } = await served.studio.ask('history', { case: 'tilted' });
    expect(actions.slice(-2).map(({ name, by }) => [name, by])).toEqual(
      Array(2).fill(['submit', isOpen ? 'station-7' : 'anna']),
    );
    const { runs } = await served.studio.ask('runs', {});
    expect(runs.find(({ id }) => id === run)?.state).toBe(isOpen ? 'finished' : 'stopped');
  });
});
