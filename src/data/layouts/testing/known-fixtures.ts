import { each, type Fixture } from './fixture.ts';

/** A fixture for each row of the table of layouts, and for what a row has in variants. */
export const KNOWN_FIXTURES: readonly Fixture[] = [
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
];
