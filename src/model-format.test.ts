import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCommand, workplace } from './cli/testing/run-command.ts';
import { joinPath } from './core/files.ts';
import { Rng } from './core/rng.ts';
import { readLabels, writeNifti, writeRgbPng } from './formats/index.ts';
import { reorient } from './imaging/orientation.ts';
import type { Volume } from './imaging/volume.ts';
import { initialise, namedSpecs } from './nn/parameters.ts';
import { TINY_UNET } from './nn/testing/tiny-unet.ts';
import { type UNetOptions, unetSpec } from './nn/unet.ts';
import { type ModelInfo, preparationSchema, readModelInfo, writeModelFile } from './predict/model-file.ts';
import { pageScripts, runPython } from './testing/model-page.ts';
import { pythonPath } from './testing/python.ts';

const { folder, files } = await workplace();
const at = (path: string) => joinPath(folder, path);
const scripts = pageScripts();

/** A model that has learned nothing: what it finds is a pattern of all its classes. */
function model(network: Partial<UNetOptions>, info: Partial<ModelInfo>): Uint8Array {
  const whole = { ...TINY_UNET, classes: 3, ...network };
  return writeModelFile(whole, initialise(namedSpecs(unetSpec(whole)), new Rng(4)), {
    version: 'test',
    classes: ['background', 'cavity', 'wall'],
    channels: 1,
    preparation: { size: 16, crop: 1, normalise: 'percentile', percentiles: [0.5, 99.5] },
    training: { method: 'none', preset: 'default', seed: 1, step: 0, network: 'student', validationDice: null },
    ...info,
  });
}

/** Blobs and noise, in a volume whose axes all differ. */
function scan(): Volume {
  const [depth, height, width] = [5, 40, 23] as const;
  const rng = new Rng(2);
  const data = Float32Array.from({ length: depth * height * width }, (_, i) => {
    const [x, y, z] = [i % width, Math.floor(i / width) % height, Math.floor(i / (width * height))];
    return 300 * Math.sin(x / 3 + z) * Math.cos(y / 4) + 50 * rng.float();
  });
  const affine = [1.5, 0, 0, -10, 0, 1.25, 0, 20, 0, 0, 6, 5, 0, 0, 0, 1];
  const geometry = { spacing: [6, 1.25, 1.5] as const, unit: 'mm' as const, affine };
  return { data, shape: [1, depth, height, width], geometry };
}

const PREPARED = { size: 16, crop: 0.85, percentiles: [2, 98], fit: 'pad', antialias: true } as const;

const VOLUMES: readonly (readonly [what: string, stored: string, bytes: Uint8Array])[] = [
  [
    'neighbours, largest parts and values of its own',
    'PIR',
    model(
      { channels: 3, planes: 3 },
      {
        preparation: { ...PREPARED, normalise: 'percentile', orientation: 'LPS', context: 1 },
        values: [0, 2, 7],
        largestParts: [1, 2],
      },
    ),
  ],
  [
    'a window and slices that are stretched',
    'LPS',
    model(
      {},
      { preparation: { ...PREPARED, normalise: 'window', window: [-250, 270], orientation: 'RAS', fit: 'stretch' } },
    ),
  ],
  ['standard scores', 'RAS', model({}, { preparation: { ...PREPARED, normalise: 'zscore', orientation: 'SAL' } })],
];

it('the script has at most 40 lines', () => {
  expect(scripts.nifti.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(40);
});

it('the page names every entry of the metadata', async () => {
  const page = await readFile(new URL('../docs/reference/model-format.md', import.meta.url), 'utf8');
  const entries = Object.keys(readModelInfo(model({}, {}), 'model')).concat(
    'values',
    'flips',
    'largestParts',
    'licence',
  );
  for (const entry of entries) expect(page).toContain(`\`patchcl.${entry}\``);
  for (const field of Object.keys(preparationSchema.shape)) expect(page).toContain(`\`${field}\``);
});

const python = pythonPath('onnxruntime, nibabel, numpy');
describe.skipIf(python === undefined)('the script of the page', () => {
  beforeAll(async () => {
    for (const [i, [, stored, bytes]] of VOLUMES.entries()) {
      await files.write(at(`${i}.onnx`), bytes);
      await files.write(at(`${i}.nii.gz`), writeNifti(reorient(scan(), stored)));
    }
  });

  it.each(VOLUMES.map(([what], i) => [what, i] as const))('finds what predict finds, with %s', async (_, i) => {
    const [network, volume, mask] = [at(`${i}.onnx`), at(`${i}.nii.gz`), at(`python-${i}.nii.gz`)];
    runPython(python as string, scripts.nifti, [network, volume, mask]);
    const { status, error } = await runCommand('predict', network, volume, '--out', at(`masks-${i}`), '--threads', '1');
    expect(status, error).toBe(0);
    const ours = readLabels(await files.read(at(`masks-${i}/${i}.nii.gz`)), 'ours');
    const theirs = readLabels(await files.read(mask), 'theirs');
    expect(new Set((await ours).data).size).toBeGreaterThan(1);
    expect(await theirs).toMatchObject({ shape: (await ours).shape, data: (await ours).data });
  });
});

const withPictures = pythonPath('onnxruntime, nibabel, PIL');
it.skipIf(withPictures === undefined)('the script finds in a picture what predict finds', async () => {
  const pixels = Uint8Array.from({ length: 30 * 50 * 3 }, (_, i) => 255 * Math.abs(Math.sin(i / 7 + (i % 50))));
  await files.write(at('p.png'), writeRgbPng(pixels, 30, 50));
  await files.write(
    at('p.onnx'),
    model({ channels: 3 }, { channels: 3, preparation: { ...PREPARED, normalise: 'percentile' } }),
  );
  runPython(withPictures as string, scripts.picture, [at('p.onnx'), at('p.png'), at('p.bytes')]);
  const { status, error } = await runCommand('predict', at('p.onnx'), at('p.png'), '--out', at('p'), '--threads', '1');
  expect(status, error).toBe(0);
  const ours = await readLabels(await files.read(at('p/p.png')), 'ours');
  expect(new Set(ours.data).size).toBeGreaterThan(1);
  expect(Buffer.compare(await readFile(at('p.bytes')), ours.data)).toBe(0);
});
