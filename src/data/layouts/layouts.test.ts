import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../core/memory-files.ts';
import { writeNifti } from '../../formats/index.ts';
import { PIXEL_GEOMETRY, type Volume } from '../../imaging/volume.ts';
import type { Dataset } from '../dataset.ts';
import { splitDataset } from '../split.ts';
import { findDataset, openDataset } from './open.ts';

type Content = Parameters<typeof memoryFiles>[0];
const open = (content: Content) => openDataset(memoryFiles(content), 'set');
const find = (content: Content) => findDataset(memoryFiles(content), 'set');

/** One row per case: id, patient, image and mask within the set. */
const rows = ({ cases }: Dataset) =>
  cases.map(({ id, patient, imagePath, labelPath }) =>
    [id, patient, imagePath?.slice(4), labelPath?.slice(4) ?? 'no mask'].join(' | '),
  );

const files = (...paths: string[]) => Object.fromEntries(paths.map((path) => [`set/${path}`, '']));

const nifti = (values: readonly number[], shape: Volume['shape']) =>
  writeNifti({ data: Float32Array.from(values), shape, geometry: PIXEL_GEOMETRY });

describe('masks beside images', () => {
  it.each(['_seg', '_mask', '_label', '_gt', '-segmentation', '.seg'])('are told by the ending %s', async (ending) => {
    const dataset = await open(files('a.nii.gz', `a${ending}.nii.gz`, 'b_frame1.nii.gz', '._a.nii.gz', 'notes.txt'));
    expect(dataset.layout).toBe('side-by-side');
    expect(rows(dataset)).toEqual([`a | a | a.nii.gz | a${ending}.nii.gz`, 'b_frame1 | b | b_frame1.nii.gz | no mask']);
  });

  it('may also end as the image does not', async () => {
    expect(rows(await open(files('a_image.nii', 'a_mask.nii', 'b_image.nii')))).toEqual([
      'a_image | a_image | a_image.nii | a_mask.nii',
      'b_image | b_image | b_image.nii | no mask',
    ]);
    expect(rows(await open(files('images/a.png', 'images/a_mask.png')))).toEqual([
      'a | a | images/a.png | images/a_mask.png',
    ]);
    expect(rows(await open(files('images/a.png', 'masks/a_mask.png')))).toEqual([
      'a | a | images/a.png | masks/a_mask.png',
    ]);
  });

  it('lie in one folder per patient', async () => {
    const dataset = await open(
      files('p1/scan.nii', 'p1/mask.nii', 'p2/t0.nii', 'p2/t1.nii', 'p2/t1_seg.nii', '__MACOSX/p1.nii'),
    );
    expect(rows(dataset)).toEqual([
      'p1 | p1 | p1/scan.nii | p1/mask.nii',
      'p2_t0 | p2 | p2/t0.nii | no mask',
      'p2_t1 | p2 | p2/t1.nii | p2/t1_seg.nii',
    ]);
  });

  it('are not taken for patients when a folder holds many', async () => {
    const many = Array.from({ length: 13 }, (_, n) => [`benign/${n}.png`, `benign/${n}_mask.png`]).flat();
    expect(new Set((await open(files(...many))).cases.map(({ patient }) => patient)).size).toBe(13);
  });

  it('are problems without an image, or as second ones', async () => {
    const { dataset, problems } = await find(files('a.nii', 'a_gt.nii', 'a_seg.nii', 'b_seg.nii'));
    expect(dataset.cases).toHaveLength(1);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^set\/a_seg\.nii: this is the second mask of set\/a\.nii, after set\/a_gt\.nii\./),
      expect.stringMatching(/^set\/b_seg\.nii: this mask has no image, a scan called b was expected\./),
    ]);
    await expect(open(files('b_seg.nii', 'a.nii'))).rejects.toThrow('this mask has no image');
  });
});

describe('the Medical Segmentation Decathlon', () => {
  const json = '{"labels": {"0": "background", "1": "tumour"}, "modality": {"0": "FLAIR", "1": "T1w"}}';
  const training = {
    ...files('imagesTr/._B_1.nii.gz', 'labelsTr/._B_1.nii.gz', 'imagesTs/B_3.nii.gz'),
    'set/dataset.json': json,
    'set/imagesTr/B_1.nii.gz': nifti([1, 2, 3, 4, 5, 6, 7, 8], [2, 1, 2, 2]),
    'set/imagesTr/B_2.nii.gz': '',
    'set/labelsTr/B_1.nii.gz': nifti([0, 1, 1, 0], [1, 1, 2, 2]),
  };

  it('pairs by name, takes sequences as channels and test scans as unlabelled', async () => {
    const dataset = await open(training);
    expect(dataset).toMatchObject({
      layout: 'decathlon',
      classes: ['background', 'tumour'],
      channels: ['FLAIR', 'T1w'],
    });
    expect(rows(dataset)).toEqual([
      'B_1 | B_1 | imagesTr/B_1.nii.gz | labelsTr/B_1.nii.gz',
      'B_2 | B_2 | imagesTr/B_2.nii.gz | no mask',
      'B_3 | B_3 | imagesTs/B_3.nii.gz | no mask',
    ]);
    const image = await dataset.cases[0]?.image();
    expect([image?.shape, [...(image?.data ?? [])]]).toEqual([
      [2, 1, 2, 2],
      [1, 2, 3, 4, 5, 6, 7, 8],
    ]);
  });

  it('keeps test scans with masks for the test, validation comes out of training', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const dataset = await open(
      files(
        ...names.flatMap((name) => [`imagesTr/${name}.nii`, `labelsTr/${name}.nii`]),
        ...['imagesTs/x.nii', 'imagesTs/y.nii', 'labelsTs/x.nii'],
      ),
    );
    const split = splitDataset(dataset, { valFraction: 0.25, testFraction: 0.5, seed: 1 });
    expect(split.test.map(({ id }) => id)).toEqual(['x']);
    expect(split.unlabelled.map(({ id }) => id)).toEqual(['y']);
    expect([split.labelled.length, split.val.length]).toEqual([3, 1]);
  });

  it.each([
    [
      'a mask without image',
      files('imagesTr/a.nii', 'labelsTr/b.nii'),
      'set/labelsTr/b.nii: this mask has no image, a scan called b',
    ],
    [
      'a name used twice',
      files('imagesTr/a.nii', 'imagesTs/a.nii'),
      'set/imagesTs/a.nii: another folder of images has a case called a too',
    ],
    ['no image', files('imagesTr/.keep'), 'set/imagesTr: there is no image in this folder.'],
  ])('says so: %s', async (_, content, message) => {
    await expect(open(content)).rejects.toThrow(message);
  });
});

describe('raw data of nnU-Net', () => {
  const json = (more = '') => ({
    'set/dataset.json': `{"channel_names": {"0": "T1", "1": "T2"}, "labels": {"background": 0, "core": 1${more}}}`,
  });

  it('takes numbered files as channels', async () => {
    const dataset = await open({
      ...json(),
      'set/imagesTr/p_0000.nii.gz': nifti([1, 2, 3, 4], [1, 1, 2, 2]),
      'set/imagesTr/p_0001.nii.gz': nifti([5, 6, 7, 8], [1, 1, 2, 2]),
      'set/labelsTr/p.nii.gz': nifti([0, 0, 1, 1], [1, 1, 2, 2]),
      ...files('imagesTs/q_0000.nii.gz', 'imagesTs/q_0001.nii.gz', 'imagesTr/._p_0000.nii.gz'),
    });
    expect(dataset).toMatchObject({ layout: 'nnunet', classes: ['background', 'core'], channels: ['T1', 'T2'] });
    expect(rows(dataset)).toEqual([
      'p | p | imagesTr/p_0000.nii.gz | labelsTr/p.nii.gz',
      'q | q | imagesTs/q_0000.nii.gz | no mask',
    ]);
    const image = await dataset.cases[0]?.image();
    expect([image?.shape, [...(image?.data ?? [])]]).toEqual([
      [2, 1, 2, 2],
      [1, 2, 3, 4, 5, 6, 7, 8],
    ]);
  });

  it('names the channel that is of another size', async () => {
    const dataset = await open({
      'set/imagesTr/p_0000.nii': nifti([1, 2, 3, 4], [1, 1, 2, 2]),
      'set/imagesTr/p_0001.nii': nifti([5, 6], [1, 1, 1, 2]),
    });
    await expect(dataset.cases[0]?.image()).rejects.toThrow(
      'set/imagesTr/p_0001.nii: this channel has 1 x 1 x 2 voxels, set/imagesTr/p_0000.nii has 1 x 2 x 2.',
    );
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'a missing channel',
      { ...json(), ...files('imagesTr/p_0000.nii') },
      'set/imagesTr/p_0000.nii: the case has the channels 0000, 2 from 0000 were expected',
    ],
    [
      'a gap',
      files('imagesTr/p_0000.nii', 'imagesTr/p_0002.nii', 'imagesTr/q_0000.nii', 'imagesTr/q_0001.nii'),
      'the case has the channels 0000, 0002, 2 from 0000 were expected',
    ],
    [
      'a name without number',
      files('imagesTr/p_0000.nii', 'imagesTr/q.nii'),
      'set/imagesTr/q.nii: the name does not say which channel this is',
    ],
  ])('says so: %s', async (_, content, message) => {
    await expect(open(content)).rejects.toThrow(message);
  });
});

describe('ACDC as published', () => {
  const patient = (folder: string, frames: number[], masks: boolean) =>
    files(
      `${folder}/Info.cfg`,
      `${folder}/${folder.split('/').at(-1)}_4d.nii.gz`,
      ...frames.flatMap((frame) => {
        const name = `${folder}/${folder.split('/').at(-1)}_frame${String(frame).padStart(2, '0')}`;
        return [`${name}.nii.gz`, ...(masks ? [`${name}_gt.nii.gz`] : [])];
      }),
    );

  it('takes the frames with their masks and leaves the cine alone', async () => {
    const dataset = await open({ ...patient('patient001', [1, 12], true), ...patient('patient002', [1], false) });
    expect(dataset).toMatchObject({
      layout: 'acdc',
      classes: ['background', 'right ventricle', 'myocardium', 'left ventricle'],
    });
    const at = (name: string) => `patient001/${name}.nii.gz`;
    expect(rows(dataset)).toEqual([
      `patient001_frame01 | patient001 | ${at('patient001_frame01')} | ${at('patient001_frame01_gt')}`,
      `patient001_frame12 | patient001 | ${at('patient001_frame12')} | ${at('patient001_frame12_gt')}`,
      'patient002_frame01 | patient002 | patient002/patient002_frame01.nii.gz | no mask',
    ]);
  });

  it('keeps its training and testing parts apart', async () => {
    const dataset = await open({
      ...patient('training/patient001', [1], true),
      ...patient('training/patient002', [1], true),
      ...patient('testing/patient101', [1], true),
      ...patient('testing/patient102', [1], false),
    });
    expect(dataset.parts).toEqual({
      train: ['patient001_frame01', 'patient002_frame01', 'patient102_frame01'],
      val: [],
      test: ['patient101_frame01'],
    });
  });
});

it.each([
  ['patient028_frame01_slice_3', 'patient028'],
  ['Case00_slice_12', 'Case00'],
  ['sub-07_ses-2_T1w', 'sub-07'],
  ['TCGA-18-5592-01Z-00-DX1', 'TCGA-18-5592'],
  ['liver_tile_3', 'liver'],
  ['heart_t1', 'heart_t1'],
  ['patient01_image03', 'patient01'],
  ['frame_1', 'frame_1'],
])('the patient of %s is %s', async (id, patient) => {
  expect((await open(files(`images/${id}.png`))).cases[0]?.patient).toBe(patient);
});
