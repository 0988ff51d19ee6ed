import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { resolveClasses } from '../data/classes.ts';
import { openDataset } from '../data/layouts/open.ts';
import { makePreparation } from '../data/preparation.ts';
import { prepareCases } from '../data/prepare.ts';
import { splitDataset } from '../data/split.ts';
import { sharedData } from '../formats/testing/shared-data.ts';
import { nodeFiles } from '../node/node-files.ts';

const [acdc, nuclei, hippocampus] = ['acdc', 'nuclei', 'hippocampus'].map(sharedData) as [
  ReturnType<typeof sharedData>,
  ReturnType<typeof sharedData>,
  ReturnType<typeof sharedData>,
];
const open = ({ folder }: ReturnType<typeof sharedData>) => openDataset(nodeFiles(), fileURLToPath(folder));
const options = { valFraction: 0.2, testFraction: 0.1, seed: 1 };

describe.skipIf(acdc.isMissing)('ACDC in the layout of SSL4MIS', () => {
  it.each([
    [3, 68],
    [7, 136],
    [70, 1312],
  ])('labels %i patients with %i slices, as SSL4MIS does', async (labelled, slices) => {
    const split = splitDataset(await open(acdc), { ...options, labelled });
    expect([split.labelled.length, split.unlabelled.length]).toEqual([slices, 1312 - slices]);
    expect(new Set(split.labelled.map(({ patient }) => patient)).size).toBe(labelled);
    expect([split.val.length, split.test.length]).toEqual([20, 0]);
  });

  it('has four classes and unit intensities, slices for training and volumes for validation', async () => {
    const dataset = await open(acdc);
    const split = splitDataset(dataset, { ...options, labelled: 3 });
    expect((await resolveClasses(dataset, split)).classes).toHaveLength(4);
    const preparation = makePreparation(dataset.layout, { size: 64 });
    const train = await prepareCases(split.labelled, preparation, { classes: 4 });
    const val = await prepareCases(split.val.slice(0, 2), preparation, { classes: 4, channels: 1 });
    expect(train).toHaveLength(68);
    expect(val.length).toBeGreaterThan(2 * 5);
  });
});

describe.skipIf(nuclei.isMissing)('nuclei as PNG pairs', () => {
  it('maps masks to two classes', async () => {
    const dataset = await open(nuclei);
    const split = splitDataset(dataset, { ...options, labelled: 5 });
    expect([split.labelled, split.unlabelled, split.val, split.test].map((part) => part.length)).toEqual([
      5, 345, 100, 50,
    ]);
    expect((await resolveClasses(dataset, split)).classes).toEqual(['background', 'class 1']);
    const slices = await prepareCases(split.labelled, makePreparation('folders', { size: 96 }), { classes: 2 });
    expect(slices.map(({ image }) => image.length / 96 ** 2)).toEqual([3, 3, 3, 3, 3]);
  });
});

describe.skipIf(hippocampus.isMissing)('hippocampus as the Medical Segmentation Decathlon lays it out', () => {
  it('takes class names from dataset.json and brings every scan into [0, 1]', async () => {
    const dataset = await open(hippocampus);
    expect(dataset.classes).toEqual(['background', 'Anterior', 'Posterior']);
    const split = splitDataset(dataset, { ...options, labelled: 3 });
    const slices = await prepareCases(split.labelled, makePreparation(dataset.layout, { size: 32 }), { classes: 3 });
    for (const { image } of slices) expect(image.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});
