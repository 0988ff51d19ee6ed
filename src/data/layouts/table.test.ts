import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../core/memory-files.ts';
import { findScans } from '../../predict/scans/find-scans.ts';
import { findDataset } from './open.ts';
import { KNOWN_LAYOUTS } from './table.ts';

interface Fixture {
  readonly title: string;
  readonly layout: string;
  readonly files: readonly string[];
  /** `id | patient | first image | masks`, of each case. */
  readonly cases: readonly string[];
  /** What `predict` takes for scans. */
  readonly scans?: readonly string[];
  readonly json?: object;
  readonly val?: readonly string[];
}

const each = <T>(items: readonly T[], paths: (item: T) => readonly string[]) => items.flatMap(paths);

const FIXTURES: readonly Fixture[] = [
  {
    title: 'ACDC',
    layout: 'acdc',
    files: each([1, 2], (n) =>
      ['_frame01', '_frame01_gt', '_4d'].map((end) => `patient00${n}/patient00${n}${end}.nii.gz`),
    ),
    cases: [
      'patient001_frame01 | patient001 | patient001/patient001_frame01.nii.gz | 1',
      'patient002_frame01 | patient002 | patient002/patient002_frame01.nii.gz | 1',
    ],
  },
  {
    title: 'LiTS',
    layout: 'lits',
    files: [
      'Batch 1/volume-0.nii',
      'Batch 1/segmentation-0.nii',
      'Batch 2/volume-1.nii',
      'segmentations/segmentation-1.nii',
      'test/test-volume-0.nii',
    ],
    cases: [
      'volume-0 | volume-0 | Batch 1/volume-0.nii | 1',
      'volume-1 | volume-1 | Batch 2/volume-1.nii | 1',
      'test-volume-0 | test-volume-0 | test/test-volume-0.nii | 0',
    ],
    scans: ['Batch 1/volume-0', 'Batch 2/volume-1', 'test/test-volume-0'],
  },
  {
    title: 'CT-ORG',
    layout: 'ct-org',
    files: ['volume-0.nii.gz', 'labels-0.nii.gz', 'volume-1.nii.gz', 'labels-1.nii.gz'],
    cases: ['volume-0 | volume-0 | volume-0.nii.gz | 1', 'volume-1 | volume-1 | volume-1.nii.gz | 1'],
    scans: ['volume-0', 'volume-1'],
  },
  {
    title: 'KiTS 19, 21, 23',
    layout: 'kits',
    files: [
      ...['imaging', 'aggregated_MAJ_seg', 'aggregated_AND_seg', 'segmentations/kidney_instance-1_annotation-1'].map(
        (n) => `case_00000/${n}.nii.gz`,
      ),
      ...['case_00001/imaging.nii.gz', 'case_00001/segmentation.nii.gz', 'case_00002/imaging.nii.gz'],
    ],
    cases: [
      'case_00000 | case_00000 | case_00000/imaging.nii.gz | 1',
      'case_00001 | case_00001 | case_00001/imaging.nii.gz | 1',
      'case_00002 | case_00002 | case_00002/imaging.nii.gz | 0',
    ],
    scans: ['case_00000/imaging', 'case_00001/imaging', 'case_00002/imaging'],
  },
  {
    title: 'SegTHOR',
    layout: 'segthor',
    files: ['train/Patient_01/Patient_01.nii.gz', 'train/Patient_01/GT.nii.gz', 'test/Patient_41.nii.gz'],
    cases: [
      'Patient_41 | Patient_41 | test/Patient_41.nii.gz | 0',
      'Patient_01 | Patient_01 | train/Patient_01/Patient_01.nii.gz | 1',
    ],
    scans: ['test/Patient_41', 'train/Patient_01/Patient_01'],
  },
  {
    title: 'BraTS 2017 to 2023',
    layout: 'brats',
    files: each(['BraTS-GLI-00000-000', 'BraTS-GLI-00000-001', 'BraTS-GLI-00002-000'], (id) =>
      ['t1c', 't1n', 't2f', 't2w', 'seg'].map((end) => `${id}/${id}-${end}.nii.gz`),
    ),
    cases: [
      'BraTS-GLI-00000-000 | BraTS-GLI-00000 | BraTS-GLI-00000-000/BraTS-GLI-00000-000-t1n.nii.gz | 1',
      'BraTS-GLI-00000-001 | BraTS-GLI-00000 | BraTS-GLI-00000-001/BraTS-GLI-00000-001-t1n.nii.gz | 1',
      'BraTS-GLI-00002-000 | BraTS-GLI-00002 | BraTS-GLI-00002-000/BraTS-GLI-00002-000-t1n.nii.gz | 1',
    ],
    scans: ['BraTS-GLI-00000-000', 'BraTS-GLI-00000-001', 'BraTS-GLI-00002-000'].map((id) => `${id}/${id}`),
  },
  {
    title: 'BraTS 2021',
    layout: 'brats',
    files: ['flair', 't1', 't1ce', 't2', 'seg'].map((end) => `BraTS2021_00000/BraTS2021_00000_${end}.nii.gz`),
    cases: ['BraTS2021_00000 | BraTS2021_00000 | BraTS2021_00000/BraTS2021_00000_t1.nii.gz | 1'],
    scans: ['BraTS2021_00000/BraTS2021_00000'],
  },
  {
    title: 'TotalSegmentator',
    layout: 'totalsegmentator',
    files: [
      's0000/ct.nii.gz',
      's0000/segmentations/spleen.nii.gz',
      's0000/segmentations/liver.nii.gz',
      's0001/ct.nii.gz',
    ],
    cases: ['s0000 | s0000 | s0000/ct.nii.gz | 2', 's0001 | s0001 | s0001/ct.nii.gz | 0'],
    scans: ['s0000/ct', 's0001/ct'],
  },
  {
    title: 'Data Science Bowl 2018',
    layout: 'dsb2018',
    files: [
      'stage1/0a7/images/0a7.png',
      'stage1/0a7/masks/11.png',
      'stage1/0a7/masks/12.png',
      'stage1/b01/images/b01.png',
      'stage1/b01/masks/77.png',
    ],
    cases: ['0a7 | 0a7 | stage1/0a7/images/0a7.png | 2', 'b01 | b01 | stage1/b01/images/b01.png | 1'],
    scans: ['stage1/0a7/images/0a7', 'stage1/b01/images/b01'],
  },
  {
    title: '3D Slicer',
    layout: 'slicer',
    files: ['p1/Volume.nii.gz', 'p1/Segmentation.nii.gz', 'p2/Volume.nii.gz', 'p2/Segmentation-label.nii.gz'],
    cases: ['p1 | p1 | p1/Volume.nii.gz | 1', 'p2 | p2 | p2/Volume.nii.gz | 1'],
    scans: ['p1/Volume', 'p2/Volume'],
  },
  {
    title: 'BIDS',
    layout: 'bids',
    files: [
      ...[
        'sub-01/ses-1/anat/sub-01_ses-1_T1w',
        'sub-01/ses-2/anat/sub-01_ses-2_T1w',
        'sub-02/anat/sub-02_T1w',
        'sub-02/anat/sub-02_T2w',
      ],
      'derivatives/manual/sub-01/ses-1/anat/sub-01_ses-1_space-orig_desc-manual_dseg',
      'derivatives/manual/sub-02/anat/sub-02_T2w_label-lesion_mask',
      'derivatives/fmriprep/sub-02/anat/sub-02_desc-preproc_T1w',
    ].map((path) => `${path}.nii.gz`),
    cases: [
      'sub-01_ses-1_T1w | sub-01 | sub-01/ses-1/anat/sub-01_ses-1_T1w.nii.gz | 1',
      'sub-01_ses-2_T1w | sub-01 | sub-01/ses-2/anat/sub-01_ses-2_T1w.nii.gz | 0',
      'sub-02_T1w | sub-02 | sub-02/anat/sub-02_T1w.nii.gz | 0',
      'sub-02_T2w | sub-02 | sub-02/anat/sub-02_T2w.nii.gz | 1',
    ],
    scans: [
      'sub-01/ses-1/anat/sub-01_ses-1_T1w',
      'sub-01/ses-2/anat/sub-01_ses-2_T1w',
      'sub-02/anat/sub-02_T1w',
      'sub-02/anat/sub-02_T2w',
    ],
  },
  {
    title: 'BIDS with raw data apart (VerSe)',
    layout: 'bids',
    files: ['rawdata/sub-verse004/sub-verse004_ct.nii.gz', 'derivatives/sub-verse004/sub-verse004_seg-vert_msk.nii.gz'],
    cases: ['sub-verse004_ct | sub-verse004 | rawdata/sub-verse004/sub-verse004_ct.nii.gz | 1'],
    scans: ['rawdata/sub-verse004/sub-verse004_ct'],
  },
  {
    title: 'BUSI',
    layout: 'side-by-side',
    files: each(['benign', 'malignant'], (kind) =>
      [' (1)', ' (1)_mask', ' (2)', ' (2)_mask', ' (2)_mask_1'].map((end) => `${kind}/${kind}${end}.png`),
    ),
    cases: [
      'benign_benign (1) | benign (1) | benign/benign (1).png | 1',
      'benign_benign (2) | benign (2) | benign/benign (2).png | 2',
      'malignant_malignant (1) | malignant (1) | malignant/malignant (1).png | 1',
      'malignant_malignant (2) | malignant (2) | malignant/malignant (2).png | 2',
    ],
    scans: ['benign/benign (1)', 'benign/benign (2)', 'malignant/malignant (1)', 'malignant/malignant (2)'],
  },
  {
    title: 'masks in a folder beside scans',
    layout: 'side-by-side',
    files: ['a.nii.gz', 'b.nii.gz', 'labels/a.nii.gz'],
    cases: ['a | a | a.nii.gz | 1', 'b | b | b.nii.gz | 0'],
    scans: ['a', 'b'],
  },
  {
    title: 'MONAI Label',
    layout: 'side-by-side',
    files: [
      'a.nii.gz',
      'b.nii.gz',
      'labels/final/a.nii.gz',
      'labels/original/a.nii.gz',
      'labels/original/b.nii.gz',
      'datastore_v2.json',
    ],
    cases: ['a | a | a.nii.gz | 1', 'b | b | b.nii.gz | 0'],
    scans: ['a', 'b'],
  },
  {
    title: 'folders for training and validation',
    layout: 'folders',
    files: each(['train', 'val', 'test'], (part) => [
      ...[`${part}/images/001.png`, `${part}/masks/001.png`, `${part}/images/p_${part}.png`],
    ]),
    cases: [
      'p_test | p_test | test/images/p_test.png | 0',
      'train_001 | train_001 | train/images/001.png | 1',
      'p_train | p_train | train/images/p_train.png | 0',
      'p_val | p_val | val/images/p_val.png | 0',
      'val_001 | val_001 | val/images/001.png | 1',
      'test_001 | test_001 | test/images/001.png | 1',
    ],
    val: ['val_001'],
  },
  {
    title: 'training and validation within',
    layout: 'folders',
    files: each(['train', 'valid'], (part) => [`images/${part}/${part[0]}.png`, `masks/${part}/${part[0]}.png`]),
    cases: ['t | t | images/train/t.png | 1', 'v | v | images/valid/v.png | 1'],
    val: ['v'],
  },
  {
    title: 'capital folders, names in other case and Unicode form',
    layout: 'folders',
    files: ['Images/Zo\u00eb.png', 'Images/B.PNG', 'MASKS/Zoe\u0308.png', 'MASKS/b.png'],
    cases: ['B | B | Images/B.PNG | 1', 'Zo\u00eb | Zo\u00eb | Images/Zo\u00eb.png | 1'],
    scans: ['B', 'Zo\u00eb'].map((name) => `Images/${name}`),
  },
  {
    title: 'FLARE 22',
    layout: 'folders',
    files: [
      'images/FLARE22_Tr_0001_0000.nii.gz',
      'images/FLARE22_Tr_0002_0000.nii.gz',
      'labels/FLARE22_Tr_0001.nii.gz',
    ],
    cases: [
      'FLARE22_Tr_0001_0000 | FLARE22_Tr_0001 | images/FLARE22_Tr_0001_0000.nii.gz | 1',
      'FLARE22_Tr_0002_0000 | FLARE22_Tr_0002 | images/FLARE22_Tr_0002_0000.nii.gz | 0',
    ],
    scans: ['images/FLARE22_Tr_0001', 'images/FLARE22_Tr_0002'],
  },
  {
    title: 'FLARE 21',
    layout: 'folders',
    files: [
      'TrainingImg/train_000_0000.nii.gz',
      'TrainingMask/train_000.nii.gz',
      'ValidationImg/validation_001_0000.nii.gz',
    ],
    cases: [
      'train_000_0000 | train_000 | TrainingImg/train_000_0000.nii.gz | 1',
      'validation_001_0000 | validation_001 | ValidationImg/validation_001_0000.nii.gz | 0',
    ],
  },
  {
    title: 'BTCV',
    layout: 'folders',
    files: [
      'RawData/Training/img/img0001.nii.gz',
      'RawData/Training/label/label0001.nii.gz',
      'RawData/Testing/img/img0061.nii.gz',
    ],
    cases: [
      'RawData_img0061 | RawData_img0061 | RawData/Testing/img/img0061.nii.gz | 0',
      'RawData_img0001 | RawData_img0001 | RawData/Training/img/img0001.nii.gz | 1',
    ],
  },
  {
    title: 'the same folders on both sides',
    layout: 'folders',
    files: each(['p1', 'p2'], (p) => [`images/${p}/001.png`, `images/${p}/002.png`, `masks/${p}/001.png`]),
    cases: each(['p1', 'p2'], (p) => [
      `${p}_001 | ${p} | images/${p}/001.png | 1`,
      `${p}_002 | ${p} | images/${p}/002.png | 0`,
    ]),
    scans: each(['p1', 'p2'], (p) => [`images/${p}/001`, `images/${p}/002`]),
  },
  {
    title: 'images and masks in a folder per patient',
    layout: 'folders',
    files: each(['p1', 'p2'], (p) => [`${p}/images/1.png`, `${p}/masks/1.png`]),
    cases: ['p1_1 | p1 | p1/images/1.png | 1', 'p2_1 | p2 | p2/images/1.png | 1'],
    scans: ['p1/images/1', 'p2/images/1'],
  },
  {
    title: 'nnU-Net',
    layout: 'nnunet',
    files: ['imagesTr/a_0000.nii.gz', 'imagesTr/a_0001.nii.gz', 'labelsTr/a.nii.gz'],
    cases: ['a | a | imagesTr/a_0000.nii.gz | 1'],
    scans: ['imagesTr/a'],
  },
  {
    title: 'nnU-Net with colour pictures',
    layout: 'nnunet',
    files: ['imagesTr/a_0000.png', 'labelsTr/a.png', 'imagesTr/b_0000.png', 'labelsTr/b.png'],
    json: { channel_names: { 0: 'R', 1: 'G', 2: 'B' }, labels: { background: 0, road: 1 } },
    cases: ['a | a | imagesTr/a_0000.png | 1', 'b | b | imagesTr/b_0000.png | 1'],
    scans: ['imagesTr/a', 'imagesTr/b'],
  },
];

const contentOf = ({ files, json }: Pick<Fixture, 'files' | 'json'>) => ({
  ...Object.fromEntries(files.map((path) => [`set/${path}`, 'x'])),
  ...(json && { 'set/dataset.json': JSON.stringify(json) }),
});

describe('the table of layouts', () => {
  it('stands in the documentation as it is', () => {
    const text = readFileSync(new URL('../../../docs/own-data.md', import.meta.url), 'utf8').replace(/ +/g, ' ');
    for (const { title, files } of KNOWN_LAYOUTS) expect(text).toContain(`| ${title} | ${files} |`);
  });

  it('has a fixture for each row', () => {
    const titles = FIXTURES.map(({ title }) => title);
    expect(KNOWN_LAYOUTS.map(({ title }) => title).filter((title) => !titles.includes(title))).toEqual([]);
  });

  it.each(FIXTURES.map((fixture) => [fixture.title, fixture] as const))('%s', async (_, fixture) => {
    const { dataset, problems } = await findDataset(memoryFiles(contentOf(fixture)), 'set');
    expect(problems.map(({ message }) => message)).toEqual([]);
    expect(dataset.layout).toBe(fixture.layout);
    const rows = dataset.cases.map(({ id, patient, imagePath, label }) =>
      [id, patient, imagePath?.slice(4), label === undefined ? 0 : 1].join(' | '),
    );
    expect(rows).toEqual(fixture.cases.map((row) => row.replace(/[2-9]$/, '1')));
    if (fixture.val) expect(dataset.parts?.val).toEqual(fixture.val);
  });

  it.each(FIXTURES.filter(({ scans }) => scans).map((fixture) => [fixture.title, fixture] as const))(
    '%s: predict takes scans, not masks',
    async (_, fixture) => {
      const scans = await findScans(memoryFiles(contentOf(fixture)), ['set']);
      expect(scans.map(({ id }) => id).sort()).toEqual(fixture.scans?.toSorted());
    },
  );
});

describe('what is nearly a layout', () => {
  const notesOf = async (...paths: string[]) => {
    const { dataset } = await findDataset(memoryFiles(contentOf({ files: paths })), 'set');
    return dataset.notes ?? [];
  };

  it('is told with what is missing', async () => {
    expect(await notesOf('volume-0.nii', 'volume-1.nii')).toEqual([
      expect.stringMatching(/^this is nearly the layout of LiTS .*: volume-0\.nii is there, but no masks$/),
    ]);
    expect(await notesOf('a.png', 'b.png', 'truth_of_ann/a.png', 'truth_of_ann/b.png')).toEqual([
      'the files of truth_of_ann/ are called as the files beside it; if they are masks, call the folder masks/',
    ]);
    expect(await notesOf('images/a.png', 'drawn/a.png')).toEqual([
      'the files of images/ are called as those of drawn/; if they are masks, call the folder masks/',
    ]);
  });

  it('is told when nothing can be read', async () => {
    await expect(notesOf('masks/a.png')).rejects.toThrow('there is masks/, but no folder images/ beside it');
    await expect(notesOf('case_00000/segmentation.nii.gz')).rejects.toThrow(
      /nearly the layout of KiTS .* segmentation\.nii\.gz is there, but no scans/,
    );
  });

  it('names a sequence that is missing', async () => {
    const files = ['t1', 't1ce', 't2', 'flair', 'seg'].map((end) => `BraTS20_1/BraTS20_1_${end}.nii.gz`);
    const { problems } = await findDataset(
      memoryFiles(contentOf({ files: [...files, 'BraTS20_2/BraTS20_2_t1.nii.gz'] })),
      'set',
    );
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('of this scan there is t1, t1, t1ce, t2, flair or t1n, t1c, t2w, t2f were expected'),
    ]);
  });
});
