import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Files } from '../../core/files.ts';
import { joinPath } from '../../core/files.ts';
import { memoryFiles } from '../../core/memory-files.ts';
import { writeLabelPng, writeNifti, writeRgbPng } from '../../formats/index.ts';
import { sharedData } from '../../formats/testing/shared-data.ts';
import { type LabelVolume, PIXEL_GEOMETRY } from '../../imaging/volume.ts';
import { nodeFiles } from '../../node/node-files.ts';
import type { Case, Dataset } from '../dataset.ts';
import { readCase } from '../read-case.ts';
import { findDataset, openDataset } from './open.ts';

const mask = (...data: number[]) =>
  writeLabelPng({ data: Uint8Array.from(data), shape: [1, 2, 2], geometry: PIXEL_GEOMETRY });
const rgb = () =>
  writeRgbPng(
    Uint8Array.from({ length: 12 }, (_, i) => 20 * i),
    2,
    2,
  );
const labels = (data: readonly number[]): LabelVolume => ({
  data: Uint8Array.from(data),
  shape: [1, 2, 2],
  geometry: PIXEL_GEOMETRY,
});
const nifti = (data: readonly number[]) => writeNifti(labels(data));
const scan = () => writeNifti({ data: Float32Array.of(1, 2, 3, 4), shape: [1, 1, 2, 2], geometry: PIXEL_GEOMETRY });

const labelled = ({ cases }: Dataset) => cases.filter(({ label }) => label !== undefined);
const patients = ({ cases }: Dataset) => new Set(cases.map(({ patient }) => patient)).size;
const shapes = async (cases: readonly Case[]) =>
  new Set(await Promise.all(cases.map(async (item) => (await item.image()).shape.join(' x '))));

/** Voxels of a mask by label value. */
async function countsOf(item: Case | undefined, classes = 256): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  const { label } = await readCase(item as Case, classes);
  for (const value of label?.data ?? []) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const real = sharedData('cases');
const open = (name: string) => openDataset(nodeFiles(), joinPath(fileURLToPath(real.folder), name));

describe.skipIf(real.isMissing)('public inputs that went wrong', () => {
  it('patients_13_slices: three folders are three patients', async () => {
    const dataset = await open('patients_13_slices');
    expect([dataset.cases.length, labelled(dataset).length, patients(dataset)]).toEqual([39, 39, 3]);
    expect(dataset.patients?.rule).toContain('TCGA_CS_4941');
  });

  it('busi: a second mask is united with the first', async () => {
    const dataset = await open('busi');
    expect([dataset.cases.length, labelled(dataset).length, patients(dataset)]).toEqual([6, 6, 6]);
    expect(dataset.notes).toEqual([expect.stringContaining('several masks, which are united, as 2 of benign (2)')]);
    const second = dataset.cases.find(({ id }) => id === 'benign_benign (2)');
    const others = dataset.cases.find(({ id }) => id === 'benign_benign (1)');
    const [two, one] = [await countsOf(second), await countsOf(others)];
    expect(Object.keys(two)).toEqual(['0', '1']);
    expect(two[1]).toBeGreaterThan(one[1] ?? 0);
  });

  it.each([
    ['lits', 'lits'],
    ['labels_beside_scans', 'side-by-side'],
    ['capital_folders', 'folders'],
  ])('%s: two scans with their masks', async (name, layout) => {
    const dataset = await open(name);
    expect(dataset.layout).toBe(layout);
    expect([dataset.cases.length, labelled(dataset).length]).toEqual([2, 2]);
    for (const item of dataset.cases) expect(Object.keys(await countsOf(item))).toEqual(['0', '1']);
  });

  it('nnunet_rgb_png: one file holds the three channels', async () => {
    const dataset = await open('nnunet_rgb_png');
    expect(dataset).toMatchObject({ layout: 'nnunet', channels: ['R', 'G', 'B'], classes: ['background', 'road'] });
    expect([dataset.cases.length, labelled(dataset).length]).toEqual([4, 4]);
    expect([...(await shapes(dataset.cases))]).toEqual([expect.stringMatching(/^3 x 1 x /)]);
  });

  it('nnunet_regions: each value is a class, with a note', async () => {
    const dataset = await open('nnunet_regions');
    expect(dataset.classes).toEqual(['background', 'whole tumor only', 'tumor core only', 'enhancing tumor']);
    expect(dataset.notes).toEqual([expect.stringContaining('"labels" has regions')]);
    expect(Object.keys(await countsOf(dataset.cases[0], 4))).toEqual(['0', '1', '2', '3']);
  });

  it('nnunet_channel_names_swapped: the key at fault is named', async () => {
    await expect(open('nnunet_channel_names_swapped')).rejects.toThrow('"channel_names" is the wrong way round');
  });

  it('one_labelled: one of five', async () => {
    const dataset = await open('one_labelled');
    expect([dataset.cases.length, labelled(dataset).length, patients(dataset)]).toEqual([5, 1, 5]);
  });
});

describe.skipIf(sharedData('glas').isMissing)('data sets at hand', () => {
  it.each([
    ['acdc', 1332, 80],
    ['hippocampus', 200, 200],
    ['monuseg', 30, 30],
    ['nuclei', 500, 500],
    ['glas', 85, 15],
  ])('%s has %i cases of %i patients', async (name, cases, count) => {
    const dataset = await openDataset(nodeFiles(), fileURLToPath(sharedData(name).folder));
    expect([dataset.cases.length, labelled(dataset).length, patients(dataset)]).toEqual([cases, cases, count]);
    expect(dataset.patients?.doubt).toBeUndefined();
  });
});

describe('the same kinds, made by code', () => {
  const made = (content: Record<string, Uint8Array | string>): Files =>
    memoryFiles(Object.fromEntries(Object.entries(content).map(([path, value]) => [`set/${path}`, value])));

  it('three masks of one picture in a folder of masks', async () => {
    const dataset = await openDataset(
      made({
        'img/a.png': rgb(),
        'gt/a_mask1.png': mask(0, 255, 0, 0),
        'gt/a_mask2.png': mask(0, 0, 255, 0),
        'gt/a_mask (3).png': mask(0, 0, 0, 255),
      }),
      'set',
    );
    expect(dataset.cases).toHaveLength(1);
    expect(await countsOf(dataset.cases[0])).toEqual({ 0: 1, 1: 3 });
  });

  it('objects numbered without a word', async () => {
    const dataset = await openDataset(
      made({ 'images/a.png': rgb(), 'masks/a_1.png': mask(0, 1, 0, 0), 'masks/a_2.png': mask(0, 0, 1, 0) }),
      'set',
    );
    expect(await countsOf(dataset.cases[0])).toEqual({ 0: 2, 1: 2 });
  });

  it('classes in a file each', async () => {
    const dataset = await openDataset(
      made({
        's1/ct.nii': scan(),
        's1/segmentations/spleen.nii': nifti([1, 1, 0, 0]),
        's1/segmentations/liver.nii': nifti([0, 0, 1, 0]),
        's2/ct.nii': scan(),
        's2/segmentations/kidney.nii': nifti([0, 0, 0, 1]),
      }),
      'set',
    );
    expect(dataset.classes).toEqual(['background', 'kidney', 'liver', 'spleen']);
    expect([await countsOf(dataset.cases[0]), await countsOf(dataset.cases[1])]).toEqual([
      { 0: 1, 2: 1, 3: 2 },
      { 0: 3, 1: 1 },
    ]);
  });

  it('sequences of one scan are its channels', async () => {
    const content = Object.fromEntries(
      ['t1', 't1ce', 't2', 'flair'].map((end) => [`BraTS20_1/BraTS20_1_${end}.nii`, scan()]),
    );
    const dataset = await openDataset(made({ ...content, 'BraTS20_1/BraTS20_1_seg.nii': nifti([0, 1, 2, 4]) }), 'set');
    expect(dataset.channels).toEqual(['t1', 't1ce', 't2', 'flair']);
    expect([...(await shapes(dataset.cases))]).toEqual(['4 x 1 x 2 x 2']);
    expect(Object.keys(await countsOf(dataset.cases[0]))).toEqual(['0', '1', '2', '4']);
  });

  it('a grey picture where three channels are named is an error of its own', async () => {
    const json = JSON.stringify({ channel_names: { 0: 'R', 1: 'G', 2: 'B' }, labels: { background: 0, road: 1 } });
    const dataset = await openDataset(made({ 'imagesTr/a_0000.png': mask(0, 9, 9, 0), 'dataset.json': json }), 'set');
    await expect(dataset.cases[0]?.image()).rejects.toThrow('it has 1 channel(s), dataset.json names 3');
  });

  it('masks in the colours that dataset.json states', async () => {
    const json = JSON.stringify({
      labels: { background: 0, road: 1, car: 2 },
      colours: { 0: [0, 0, 0], road: '#ff0000', car: [0, 0, 255] },
    });
    const drawn = writeRgbPng(Uint8Array.of(0, 0, 0, 255, 0, 0, 0, 0, 255, 255, 0, 0), 2, 2);
    const dataset = await openDataset(
      made({ 'images/a.png': rgb(), 'masks/a.png': drawn, 'dataset.json': json }),
      'set',
    );
    expect(await countsOf(dataset.cases[0], 3)).toEqual({ 0: 1, 1: 2, 2: 1 });
  });

  it('masks without a scan, of two scans, or of another size are problems', async () => {
    const { problems } = await findDataset(
      made({
        'images/A.png': rgb(),
        'images/a.png': rgb(),
        'masks/A.PNG': mask(0, 0, 0, 1),
        'masks/b.png': mask(0, 0, 0, 1),
      }),
      'set',
    );
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('masks/b.png: this mask has no image'),
    ]);
    const two = await findDataset(
      made({ 'images/x_a.png': rgb(), 'images/X_A.png': rgb(), 'masks/X_a.png': mask(0, 0, 0, 1) }),
      'set',
    );
    expect(two.problems[0]?.message).toMatch(/masks\/X_a\.png: this may be the mask of set\/images\/X_A\.png and of /);
  });
});
