import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../core/memory-files.ts';
import { writeNifti } from '../../formats/index.ts';
import type { Geometry, LabelVolume, Volume } from '../../imaging/volume.ts';
import { findDataset } from '../layouts/open.ts';
import { inspectDataset } from './inspect-dataset.ts';
import { inspectFile } from './inspect-file.ts';
import type { SuspicionKind } from './suspicion.ts';

const geometry = (shift = 0): Geometry => ({
  spacing: [3, 2, 1],
  unit: 'mm',
  affine: [-1, 0, 0, shift, 0, -2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1],
});
const SHAPE = [2, 3, 4] as const;

/** A scan of 2 x 3 x 4 voxels that counts up from a number. */
const image = (from: number, change: Partial<Volume> = {}) =>
  writeNifti({
    data: Float32Array.from({ length: 24 }, (_, i) => from + i),
    shape: [1, ...SHAPE],
    geometry: geometry(),
    ...change,
  });

/** A mask whose first voxels have the given values. */
const mask = (values: readonly number[], change: Partial<LabelVolume> = {}) => {
  const data = new Uint8Array(24);
  data.set(values);
  return writeNifti({ data, shape: SHAPE, geometry: geometry(), ...change });
};

const inspect = async (content: Readonly<Record<string, Uint8Array | string>>) => {
  const found = await findDataset(memoryFiles(content), 'set');
  const { inspection, usable } = await inspectDataset(found);
  const of = (kind: SuspicionKind) =>
    inspection.suspicions.filter((suspicion) => suspicion.kind === kind).map((s) => `${s.subject}: ${s.problem}`);
  return { inspection, usable: usable.map(({ id }) => id), of };
};

const GOOD = {
  'set/images/a.nii.gz': image(1),
  'set/images/b.nii.gz': image(2),
  'set/images/c.nii.gz': image(3),
  'set/masks/a.nii.gz': mask([1, 1, 1]),
  'set/masks/b.nii.gz': mask([1, 2]),
};

describe('inspectDataset', () => {
  it('counts cases, patients, classes and voxels', async () => {
    const { inspection, usable } = await inspect(GOOD);
    expect(inspection).toMatchObject({
      layout: 'folders',
      counts: { cases: 3, patients: 3, labelled: 2, labelledPatients: 2, unreadable: 0 },
      classes: [
        { name: 'background', voxels: 43, share: 43 / 48, masks: 2 },
        { name: 'class 1', voxels: 4, share: 4 / 48, masks: 2 },
        { name: 'class 2', voxels: 1, share: 1 / 48, masks: 1 },
      ],
      suspicions: [],
    });
    expect(inspection.cases[0]?.image).toMatchObject({
      size: [2, 3, 4],
      spacing: [3, 2, 1],
      unit: 'mm',
      orientation: 'LPS',
      intensities: [{ min: 1, max: 24, median: 12.5, mean: 12.5, whole: true, notFinite: 0 }],
    });
    expect(usable).toEqual(['a', 'b', 'c']);
    expect(JSON.parse(JSON.stringify(inspection))).toEqual(inspection);
  });

  it.each<[SuspicionKind, Record<string, Uint8Array | string>, string]>([
    ['layout', { 'set/masks/z.nii.gz': mask([1]) }, 'set/masks/z.nii.gz: this mask has no image'],
    ['unreadable', { 'set/images/c.nii.gz': image(3).subarray(0, 60) }, 'set/images/c.nii.gz: '],
    [
      'unreadable',
      { 'set/masks/b.nii.gz': image(0.5) },
      'set/masks/b.nii.gz: a segmentation holds class indices 0 to 255, but this file has the value 0.5',
    ],
    [
      'size',
      {
        'set/masks/b.nii.gz': writeNifti({
          data: new Uint8Array(12).map((_, i) => i % 3),
          shape: [1, 3, 4],
          geometry: geometry(),
        }),
      },
      'set/masks/b.nii.gz: it has 3 x 4 pixels, its image has 2 x 3 x 4',
    ],
    ['geometry', { 'set/masks/b.nii.gz': mask([1, 2], { geometry: geometry(0.5) }) }, 'set/masks/b.nii.gz: spacing'],
    [
      'labels',
      { 'set/dataset.json': '{"labels": ["none", "cell"]}' },
      'set/masks/b.nii.gz: label value 2 was found, the classes are 0 to 1',
    ],
    ['unused', { 'set/masks/b.nii.gz': mask([1, 3]) }, 'label value 2: no mask has it'],
    [
      'unused',
      Object.fromEntries(
        ['a', 'b'].map((id) => [`set/masks/${id}.nii.gz`, mask(Array.from({ length: 24 }, (_, i) => 1 + (i % 2)))]),
      ),
      'label value 0: no mask has it (background)',
    ],
    [
      'unused',
      { 'set/dataset.json': '{"labels": ["none", "cell", "wall", "rim"]}' },
      'label value 3: no mask has it (rim)',
    ],
    ['empty', { 'set/masks/a.nii.gz': mask([0]) }, 'set/masks/a.nii.gz: there is background only'],
    [
      'duplicate',
      { 'set/images/c.nii.gz': image(1, { geometry: geometry(7) }) },
      'set/images/c.nii.gz: the same content as set/images/a.nii.gz, of another patient',
    ],
    [
      'constant',
      { 'set/images/c.nii.gz': image(0, { data: new Float32Array(24).fill(7) }) },
      'set/images/c.nii.gz: all values are 7',
    ],
    [
      'not-finite',
      {
        'set/images/c.nii.gz': image(0, {
          data: Float32Array.from({ length: 24 }, (_, i) => (i > 20 ? Number.NaN : i)),
        }),
      },
      'set/images/c.nii.gz: 3 values are NaN or infinite',
    ],
    [
      'frames',
      { 'set/images/c.nii.gz': image(0, { data: new Float32Array(48).map((_, i) => i), shape: [2, ...SHAPE] }) },
      'set/images/c.nii.gz: 4-D, only frame 1 of 2 is used',
    ],
    [
      'single-slice',
      { 'set/images/c.nii.gz': image(0, { shape: [1, 1, 4, 6] }) },
      'set/images/c.nii.gz: it has one slice, most scans have several',
    ],
  ])('finds %s', async (kind, changes, expected) => {
    const { inspection, of } = await inspect({ ...GOOD, ...changes });
    expect(of(kind)).toHaveLength(1);
    expect(of(kind)[0]).toContain(expected);
    expect(inspection.suspicions.filter((suspicion) => suspicion.kind !== kind)).toEqual([]);
  });

  it('finds scans with other channels', async () => {
    const two = image(0, { data: new Float32Array(48).map((_, i) => i), shape: [2, ...SHAPE] });
    const { of } = await inspect({
      'set/imagesTr/a.nii': image(1),
      'set/imagesTr/b.nii': image(2),
      'set/imagesTr/c.nii': two,
    });
    expect(of('channels')).toEqual(['set/imagesTr/c.nii: it has 2 channels, most scans have 1']);
  });

  it('goes on after a broken file, and leaves out what training could not use', async () => {
    const { inspection, usable } = await inspect({ ...GOOD, 'set/images/a.nii.gz': '', 'set/masks/b.nii.gz': 'x' });
    expect(inspection.counts).toMatchObject({ cases: 3, unreadable: 2 });
    expect(inspection.cases.map(({ id }) => id)).toEqual(['b', 'c']);
    expect(usable).toEqual(['c']);
  });

  it('passes on what was odd about the files of a case', async () => {
    const { dataset, problems } = await findDataset(memoryFiles(GOOD), 'set');
    const cases = dataset.cases.map((item) => ({ ...item, notes: ['a slice is missing'] })).slice(0, 1);
    const { inspection } = await inspectDataset({ dataset: { ...dataset, cases }, problems });
    expect(inspection.suspicions).toEqual([
      { kind: 'note', subject: 'set/images/a.nii.gz', problem: 'a slice is missing' },
    ]);
  });

  it('takes a mask along other axes as one that lies on its image', async () => {
    const turned = writeNifti({
      data: Uint8Array.from({ length: 24 }, (_, i) => i % 2),
      shape: SHAPE,
      geometry: { ...geometry(), affine: [1, 0, 0, -3, 0, 2, 0, -4, 0, 0, 3, 0, 0, 0, 0, 1] },
    });
    const { inspection } = await inspect({ ...GOOD, 'set/masks/b.nii.gz': turned });
    expect(inspection.suspicions).toEqual([]);
  });
});

describe('inspectFile', () => {
  it('tells a scan, a mask and a broken file apart', async () => {
    const files = memoryFiles({ 'a.nii': image(1000), 'm.nii': mask([2, 2]), 'b.nii': image(1).subarray(0, 60) });
    const scan = await inspectFile(files, 'a.nii');
    expect(scan).toMatchObject({ path: 'a.nii', grid: { size: [2, 3, 4], orientation: 'LPS' } });
    expect(scan).not.toHaveProperty('labels');
    expect((await inspectFile(files, 'm.nii')).labels).toEqual([22, 0, 2]);
    await expect(inspectFile(files, 'b.nii')).rejects.toThrow(/^b\.nii: /);
  });

  it('takes all volumes of a 4-D file', async () => {
    const four = image(0, { data: new Float32Array(48), shape: [2, ...SHAPE] });
    expect((await inspectFile(memoryFiles({ 'a.nii': four }), 'a.nii')).image?.intensities).toHaveLength(2);
  });
});
