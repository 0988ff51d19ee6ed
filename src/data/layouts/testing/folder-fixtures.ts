import { each, type Fixture } from './fixture.ts';

/** Layouts that are told by the names of folders, and masks beside scans. */
export const FOLDER_FIXTURES: readonly Fixture[] = [
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
  {
    title: '3D Slicer with its own formats',
    layout: 'slicer',
    files: ['anna/Volume.nrrd', 'anna/Segmentation.seg.nrrd', 'bert/Volume.nrrd', 'bert/Segmentation.seg.nrrd'],
    cases: ['anna | anna | anna/Volume.nrrd | 1', 'bert | bert | bert/Volume.nrrd | 1'],
    scans: ['anna/Volume', 'bert/Volume'],
  },
  {
    title: 'cases with numbers of four digits are no channels (AMOS)',
    layout: 'decathlon',
    files: [
      'imagesTr/amos_0001',
      'imagesTr/amos_0002',
      'labelsTr/amos_0001',
      'imagesVa/amos_0003',
      'labelsVa/amos_0003',
    ].map((path) => `${path}.nii.gz`),
    cases: [
      'amos_0001 | amos_0001 | imagesTr/amos_0001.nii.gz | 1',
      'amos_0002 | amos_0002 | imagesTr/amos_0002.nii.gz | 0',
      'amos_0003 | amos_0003 | imagesVa/amos_0003.nii.gz | 1',
    ],
    val: ['amos_0003'],
  },
  {
    title: 'channels in images/',
    layout: 'folders',
    files: ['images/x_0000.nii.gz', 'images/x_0001.nii.gz', 'labels/x.nii.gz'],
    cases: ['x | x | images/x_0000.nii.gz | 1'],
    scans: ['images/x'],
  },
  {
    title: 'folders with other words (ISIC)',
    layout: 'folders',
    files: [
      'ISIC2018_Task1-2_Training_Input/ISIC_01.jpg',
      'ISIC2018_Task1_Training_GroundTruth/ISIC_01_segmentation.png',
    ],
    cases: ['ISIC_01 | ISIC_01 | ISIC2018_Task1-2_Training_Input/ISIC_01.jpg | 1'],
    scans: ['ISIC2018_Task1-2_Training_Input/ISIC_01'],
  },
];
