import { beforeAll, describe, expect, it } from 'vitest';
import { joinPath, readText } from '../../core/files.ts';
import { Rng } from '../../core/rng.ts';
import { readLabels, writeNifti } from '../../formats/index.ts';
import type { Geometry } from '../../imaging/volume.ts';
import { readModelInfo } from '../../predict/model-file.ts';
import { runCommand, TINY, workplace } from '../testing/run-command.ts';

const { folder, files } = await workplace();
const at = (path: string) => joinPath(folder, path);
const SHAPE = [2, 24, 20] as const;
const geometry: Geometry = {
  spacing: [5, 1, 1],
  unit: 'mm',
  affine: [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 5, 0, 0, 0, 0, 1],
};

/** Two sequences of a box that neither shows alone: it is where exactly one of them is bright. */
async function writePatient(root: string, id: string, n: number): Promise<void> {
  const rng = new Rng('channels', n);
  const [depth, height, width] = SHAPE;
  const pixels = depth * height * width;
  const place = (i: number) => [i % width, Math.floor(i / width) % height] as const;
  const inside = (i: number, left: number) => {
    const [x, y] = place(i);
    return x >= left && x < left + 8 && y > 4 + n && y < 16 + n;
  };
  const sequence = (left: number) =>
    Float32Array.from({ length: pixels }, (_, i) => 90 * +inside(i, left) + rng.float());
  const mask = Uint8Array.from({ length: pixels }, (_, i) => (inside(i, 3) === inside(i, 7) ? 0 : 1));
  for (const [channel, left] of [3, 7].entries()) {
    const data = sequence(left);
    const name = `${root}/imagesTr/${id}_000${channel}.nii.gz`;
    await files.write(at(name), writeNifti({ data, shape: [1, ...SHAPE], geometry }));
  }
  await files.write(at(`${root}/labelsTr/${id}.nii.gz`), writeNifti({ data: mask, shape: SHAPE, geometry }));
}

const json = JSON.stringify({ channel_names: { 0: 'T1', 1: 'T2' }, labels: { background: 0, box: 1 } });
const settings = ['--threads', '1', '--steps', '12'];

beforeAll(async () => {
  for (let n = 0; n < 6; n++) await writePatient('set', `p${n}`, n);
  await files.write(at('set/dataset.json'), json);
  await files.write(at('tiny.yaml'), TINY);
  const args = ['--data', at('set'), '--config', at('tiny.yaml'), '--out', at('run'), '--labelled', '3', ...settings];
  expect(await runCommand('train', ...args)).toMatchObject({ status: 0 });
});

describe('scans of two sequences', () => {
  it('are inspected, trained on and evaluated', async () => {
    const inspected = (await runCommand('inspect', at('set'))).out;
    expect(inspected).toContain('layout nnunet, 6 cases');
    expect(inspected).toMatch(/\nT1 .*\nT2 /);
    expect(readModelInfo(await files.read(at('run/model.onnx')), 'model.onnx').channels).toBe(2);
    expect((await readText(files, at('run/metrics.csv'))).split('\n')[0]).toContain('contrast');
    expect(await runCommand('evaluate', at('run'))).toMatchObject({ status: 0 });
  });

  it('are predicted from a file per channel', async () => {
    expect(await runCommand('predict', at('run'), at('set'), '--out', at('masks'))).toMatchObject({ status: 0 });
    const mask = await readLabels(await files.read(at('masks/imagesTr/p0.nii.gz')), 'p0');
    expect([mask.shape, mask.geometry.affine]).toEqual([SHAPE, geometry.affine]);
  });

  it('are refused in one sentence when a channel is missing', async () => {
    const one = at('set/imagesTr/p0_0000.nii.gz');
    const { status, error } = await runCommand('predict', at('run'), one, '--out', at('none'));
    expect(status).toBe(1);
    expect(error).toMatch(/p0_0000\.nii\.gz: the image has 1 channel\(s\), the model was trained on images with 2\./);
  });
});

it('a validation image with other channels is one sentence', async () => {
  for (let n = 0; n < 2; n++) {
    const image = (channels: number) =>
      writeNifti({ data: new Float32Array(channels * 480).map((_, i) => i), shape: [channels, 1, 24, 20], geometry });
    await files.write(at(`mixed/imagesTr/p${n}.nii`), image(n + 1));
    const mask = { data: new Uint8Array(480).fill(1, 100, 200), shape: [1, 24, 20] as const, geometry };
    await files.write(at(`mixed/labelsTr/p${n}.nii`), writeNifti(mask, { gzip: false }));
  }
  const args = ['--data', at('mixed'), '--config', at('tiny.yaml'), '--out', at('other'), ...settings];
  const { status, error } = await runCommand('train', ...args);
  expect(status).toBe(1);
  expect(error).toMatch(/patchcl: .*imagesTr\/p\d\.nii: the image has \d channel\(s\), the training images have \d\./);
});
