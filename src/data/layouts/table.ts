import type { Dataset } from '../dataset.ts';

/**
 * A published way to lay files out that its paths give away. Expressions are for paths below the data set without extension, whatever
 * their case; the group `key` is what a scan and its masks have in common.
 */
export interface KnownLayout {
  readonly name: Dataset['layout'];
  /** What people call it. */
  readonly title: string;
  /** What lies where, for the documentation. */
  readonly files: string;
  /** Groups: `key`; `id` where the case is called otherwise; `channel`; `part`, in which `test` and `testing` are for the final test. */
  readonly scans: readonly RegExp[];
  /** Those of the first expression that fits a scan are taken. Groups: `key`; `class`, the class of a mask with one class. */
  readonly masks: readonly RegExp[];
  /** Files that belong to it and are neither. */
  readonly ignored?: RegExp;
  /** What is cut out of the keys of both. */
  readonly noise?: RegExp;
  /** Sequences of one scan, in the order of the channels; one list of several. */
  readonly channels?: readonly (readonly string[])[];
  /** What several masks of one scan are: united, or a class each. Default: one mask only. */
  readonly several?: 'united' | 'classes';
  /** Class names by label value, where the collection has the same everywhere. */
  readonly classes?: readonly string[];
  /** The patient in a key: the whole of it, or the first group. Default: told apart as in any data set. */
  readonly patient?: RegExp;
}

/** Known collections and programs; the next one is a row more, and one in `table.test.ts`. */
export const KNOWN_LAYOUTS: readonly KnownLayout[] = [
  {
    name: 'acdc',
    title: 'ACDC',
    files:
      '`patient001/patient001_frame01`, `patient001_frame01_gt`, also below `training/` and `testing/`; the `_4d` file is left alone',
    scans: [/^(?:(?<part>training|testing)\/)?patient\d+\/(?<key>patient\d+_frame\d+)$/i],
    masks: [/^(?:training\/|testing\/)?patient\d+\/(?<key>patient\d+_frame\d+)_gt$/i],
    ignored: /patient\d+_4d$/i,
    classes: ['background', 'right ventricle', 'myocardium', 'left ventricle'],
    patient: /^(patient\d+)/i,
  },
  {
    name: 'lits',
    title: 'LiTS',
    files: '`volume-0`, `segmentation-0`, in one folder or in several',
    scans: [/(?:^|\/)(?<id>volume-(?<key>\d+))$/i, /(?:^|\/)(?<key>test-volume-\d+)$/i],
    masks: [/(?:^|\/)segmentation-(?<key>\d+)$/i],
  },
  {
    name: 'ct-org',
    title: 'CT-ORG',
    files: '`volume-0`, `labels-0`',
    scans: [/(?:^|\/)(?<id>volume-(?<key>\d+))$/i],
    masks: [/(?:^|\/)labels-(?<key>\d+)$/i],
  },
  {
    name: 'kits',
    title: 'KiTS 19, 21, 23',
    files: '`case_00000/imaging`, `segmentation`, or else `aggregated_MAJ_seg`',
    scans: [/(?:^|\/)(?<key>case_\d+)\/imaging$/i],
    masks: [/(?:^|\/)(?<key>case_\d+)\/segmentation$/i, /(?:^|\/)(?<key>case_\d+)\/aggregated_maj_seg$/i],
    ignored: /case_\d+\/((segmentations|instances|raw)\/.*|aggregated_(and|or)_seg)$/i,
    patient: /^(.*)$/,
  },
  {
    name: 'segthor',
    title: 'SegTHOR',
    files: '`Patient_01/Patient_01`, `GT`',
    scans: [/(?:^|\/)(?<key>patient_\d+)\/\k<key>$/i, /(?:^|\/)test\/(?<key>patient_\d+)$/i],
    masks: [/(?:^|\/)(?<key>patient_\d+)\/gt$/i],
    patient: /^(.*)$/,
  },
  {
    name: 'brats',
    title: 'BraTS 2017 to 2023',
    files:
      '`BraTS2021_00000/BraTS2021_00000_t1`, `_t1ce`, `_t2`, `_flair`, `_seg`, or `-t1n`, `-t1c`, `-t2w`, `-t2f`, `-seg`; the sequences are channels',
    scans: [/(?:^|\/)(?<key>brats[^/]*)[-_](?<channel>t1ce|t1c|t1n|t1|t2w|t2f|t2|flair)$/i],
    masks: [/(?:^|\/)(?<key>brats[^/]*)[-_]seg$/i],
    channels: [
      ['t1', 't1ce', 't2', 'flair'],
      ['t1n', 't1c', 't2w', 't2f'],
    ],
    // Since 2023 the last number is that of the visit.
    patient: /^(brats-[a-z]+-\d+|.*)/i,
  },
  {
    name: 'totalsegmentator',
    title: 'TotalSegmentator',
    files: '`s0000/ct` (or `mri`), `s0000/segmentations/liver`, `spleen`, ...: a file per class',
    scans: [/(?:^|\/)(?<key>[^/]+)\/(?:ct|mri?|img)$/i],
    masks: [/(?:^|\/)(?<key>[^/]+)\/(?:segmentations|structures)\/(?<class>[^/]+)$/i],
    several: 'classes',
    patient: /^(.*)$/,
  },
  {
    name: 'dsb2018',
    title: 'Data Science Bowl 2018',
    files: '`ID/images/ID`, `ID/masks/...`: a mask per nucleus, which are united',
    scans: [/(?:^|\/)(?<key>[^/]+)\/images\/\k<key>$/i],
    masks: [/(?:^|\/)(?<key>[^/]+)\/masks\/[^/]+$/i],
    several: 'united',
  },
  {
    name: 'slicer',
    title: '3D Slicer',
    files: '`Volume`, `Segmentation`, in one folder or in one per patient',
    scans: [/(?:^|\/)volume(?<key>(?:[-_ ]\d+)?)$/i],
    masks: [/(?:^|\/)segmentation(?<key>(?:[-_ ]\d+)?)(?:\.seg|[-_.]label(?:map)?)?$/i],
  },
  {
    name: 'bids',
    title: 'BIDS',
    files: '`sub-01/anat/sub-01_T1w`, `derivatives/.../sub-01_..._dseg` (`_mask`, `_seg`, `_msk`, `_roi`)',
    scans: [/^(?:rawdata\/)?sub-[a-z0-9]+\/(?:ses-[a-z0-9]+\/)?(?:[a-z]+\/)?(?<key>sub-[a-z0-9]+_[^/]+)$/i],
    masks: [/(?:^|\/)sub-[a-z0-9]+\/(?:.*\/)?(?<key>sub-[a-z0-9]+[^/]*[_-](?:dseg|mask|msk|seg|roi|lesion|manual))$/i],
    ignored: /^(derivatives|sourcedata|code)\//i,
    noise: /_(?:desc|label|space|res|den|seg|hemi|atlas)-[a-z0-9]+|[_-](?:dseg|mask|msk|seg|roi|lesion|manual)\b/gi,
  },
];
