import { describe, expect, it } from 'vitest';
import { isVolumeFile } from '../../formats/index.ts';
import { decidePatients } from './decide.ts';

/** Scans of a listing, each path with the patient that is right. */
const decide = (paths: readonly string[]) =>
  decidePatients(
    paths.map((path) => {
      const parts = path.split('/');
      const file = parts.at(-1) as string;
      return {
        id: path.replaceAll('/', '_'),
        folders: parts.slice(0, -1),
        name: file.replace(/(\.nii)?\.[a-z]+$/, ''),
        isVolume: isVolumeFile(path),
      };
    }),
  );

const range = (count: number, name: (n: number) => string) => Array.from({ length: count }, (_, n) => name(n));
const count = (names: readonly string[]) => new Set(names).size;

describe('the patients of a listing', () => {
  it.each<[string, string[], number]>([
    [
      'a folder per patient, 13 slices each, names begin with it',
      ['A1', 'B2', 'C3'].flatMap((p) => range(13, (n) => `${p}/${p}_${n}.tif`)),
      3,
    ],
    ['the same with 12', ['A1', 'B2', 'C3'].flatMap((p) => range(12, (n) => `${p}/${p}_${n}.tif`)), 3],
    ['the same with 200', ['A1', 'B2'].flatMap((p) => range(200, (n) => `${p}/${p}_${n}.tif`)), 2],
    [
      'folders A, B, C of 001, 002, ...',
      ['A', 'B', 'C'].flatMap((p) => range(20, (n) => `${p}/${String(n).padStart(3, '0')}.png`)),
      3,
    ],
    ['folders of slice_1, ...', ['anna', 'bert', 'cleo'].flatMap((p) => range(5, (n) => `${p}/slice_${n}.png`)), 3],
    ['folders with the sequences of a patient', ['p1', 'p2', 'p3'].flatMap((p) => [`${p}/t1.nii`, `${p}/t2.nii`]), 3],
    ['numbered folders', range(4, (n) => `${n + 10}/scan.nii.gz`), 4],
    ['folders per patient below images/', ['p1', 'p2'].flatMap((p) => range(30, (n) => `images/${p}/${n}.png`)), 2],
    [
      'folders per patient below sites',
      ['siteA/p1', 'siteA/p2', 'siteB/p3'].flatMap((p) => range(14, (n) => `${p}/${n}.png`)),
      3,
    ],
    [
      'folders per patient below towns',
      ['Graz/p1', 'Graz/p2', 'Wien/p3'].flatMap((p) => range(14, (n) => `${p}/${n}.png`)),
      3,
    ],
    ['visits below a patient', ['p1/v1', 'p1/v2', 'p2/v1'].flatMap((p) => range(3, (n) => `${p}/${n}.png`)), 2],
    ['patients below visits', ['visit1/p1', 'visit2/p1', 'visit1/p2'].map((p) => `${p}.nii`), 2],
    ['patients below sequences', ['T1/p1', 'T2/p1', 'T1/p2', 'T2/p2'].map((p) => `${p}.nii`), 2],
    [
      'kinds of pictures, each its own',
      ['benign', 'malignant'].flatMap((p) => range(20, (n) => `${p}/${p} (${n}).png`)),
      40,
    ],
    [
      'kinds of pictures, numbered alike',
      ['benign', 'malignant', 'normal'].flatMap((p) => range(20, (n) => `${p}/${n}.png`)),
      60,
    ],
    ['one folder of many', range(13, (n) => `stuff/${n}.png`), 13],
    [
      'many volumes in few folders',
      ['Graz', 'Wien'].flatMap((p) => range(30, (n) => `${p}/${p.length}${p[0]}${n}.nii.gz`)),
      60,
    ],
    ['The Cancer Genome Atlas with lines', range(9, (n) => `TCGA_CS_494${n % 3}_1996_${n}.tif`), 3],
    ['the same with hyphens', range(9, (n) => `TCGA-18-559${n % 3}-01Z-00-DX${n}.png`), 3],
    [
      'its barcode before dates of folders',
      ['TCGA_CS_4941_1996', 'TCGA_CS_4941_1999'].map((p) => `${p}/${p}_1.tif`),
      1,
    ],
    ['slices _s012', range(12, (n) => `p${n % 3}_s0${n}.png`), 3],
    ['slices _z045', range(12, (n) => `case${n % 4}_z0${n}.png`), 4],
    ['ED and ES', ['a_ED', 'a_ES', 'b_ED', 'b_ES'].map((name) => `${name}.nii.gz`), 2],
    ['ED and ES of views', ['x1_2CH_ED', 'x1_2CH_ES', 'x1_4CH_ED', 'x2_2CH_ED'].map((name) => `${name}.nii`), 2],
    [
      'BIDS',
      ['sub-01/ses-1/anat/sub-01_ses-1_T1w', 'sub-01/ses-2/anat/sub-01_ses-2_T1w', 'sub-02/anat/sub-02_T1w'].map(
        (p) => `${p}.nii.gz`,
      ),
      2,
    ],
    ['patientNN_imageMM', range(20, (n) => `patient0${n % 5}_image${n}.png`), 5],
    ['eyes', ['01L', '01R', '02L', '02R'].map((n) => `Image_${n}.jpg`), 2],
    ['names that begin with the sequence', ['T1', 'T2'].flatMap((m) => range(5, (n) => `${m}_${n}.nii.gz`)), 5],
    ['numbers after numbers', range(30, (n) => `case${n % 3}_${n}.png`), 3],
    ['numbers in brackets', range(30, (n) => `p${n % 3} (${n}).png`), 3],
    ['one beginning and a number', range(30, (n) => `hippocampus_${n}.nii.gz`), 30],
    ['one beginning with a number', range(30, (n) => `BraTS20_Training_${n}.nii.gz`), 30],
    ['subjects s001, s002', range(30, (n) => `s${String(n).padStart(4, '0')}.nii.gz`), 30],
    ['subjects behind one word', range(30, (n) => `brain_s${n}.nii.gz`), 30],
    ['random names', ['3f9ad', '77b1c', '77b1e', 'c0ffe'].map((name) => `${name}.png`), 4],
    ['other case', ['P1_s1', 'p1_s2', 'p2_s1', 'P2_s3'].map((name) => `${name}.png`), 2],
    ['NFC and NFD', ['Zo\u00eb_s1', 'Zoe\u0308_s2', 'Max_s1', 'Max_s2'].map((name) => `${name}.png`), 2],
    ['augmented copies', ['p1', 'p1_aug_1', 'p1_rot90', 'p2', 'p2_rot90', 'p3'].map((name) => `${name}.png`), 3],
    ['NSCLC-Radiomics, few volumes', range(9, (n) => `LUNG1-00${n}.nii.gz`), 9],
    ['two of its parts', ['LUNG1', 'LUNG3'].flatMap((p) => range(8, (n) => `${p}-00${n}.nii.gz`)), 16],
    ['its slices', range(30, (n) => `LUNG1-00${n % 3}_${n}.png`), 3],
    ['NSCLC Radiogenomics', ['R01', 'AMC'].flatMap((p) => range(6, (n) => `${p}-00${n}.nii.gz`)), 12],
    ['UPENN-GBM, several visits', range(6, (n) => `UPENN-GBM-0000${n % 3}_${11 + 10 * (n % 2)}.nii.gz`), 3],
    ['names that only resemble a collection', range(30, (n) => `LUNG1-0000${n % 3}_${n}.png`), 3],
    ['frames of one video', range(9, (n) => `video_frame_${n}.png`), 1],
  ])('%s', (_, paths, expected) => {
    const { patients, decision } = decide(paths);
    expect(count(patients), `${decision.rule}: ${[...new Set(patients)].slice(0, 9)}`).toBe(expected);
    // The order in which a file system lists its files changes nothing.
    expect(count(decide(paths.toReversed()).patients)).toBe(expected);
  });
});

it('is in doubt where folders of one name lie in several places', () => {
  const sites = (names: readonly string[]) =>
    decide(names.flatMap((site) => ['001', '002'].flatMap((p) => range(5, (n) => `${site}/${p}/${n}.png`))));
  expect(sites(['siteA', 'siteB']).decision.doubt).toBe(
    '001 in siteA and 001 in siteB are taken as one patient; if they are two, set data.patients',
  );
  expect(sites(['siteA']).decision.doubt).toBeUndefined();
});
