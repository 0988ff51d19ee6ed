import type { DataSet } from '../data-set.ts';
import { code } from './code.ts';

/** SNOMED codes of common structures (PS3.16, CID 7150 to 7197), by their names in lower case. */
const STRUCTURES: Readonly<Record<string, string>> = {
  'adrenal gland': '23451007',
  aorta: '15825003',
  bladder: '89837001',
  brain: '12738006',
  colon: '71854001',
  duodenum: '38848004',
  esophagus: '32849002',
  gallbladder: '28231008',
  heart: '80891009',
  hippocampus: '5366008',
  'inferior vena cava': '64131007',
  kidney: '64033007',
  'left adrenal gland': '38360001',
  'left atrium': '82471001',
  'left kidney': '18639004',
  'left lung': '44029006',
  'left ventricle': '87878005',
  liver: '10200004',
  lung: '39607008',
  myocardium: '74281007',
  oesophagus: '32849002',
  pancreas: '15776009',
  prostate: '41216001',
  'pulmonary artery': '81040000',
  'right adrenal gland': '29392005',
  'right atrium': '73829009',
  'right kidney': '9846003',
  'right lung': '3341006',
  'right ventricle': '53085002',
  'small bowel': '30315005',
  spleen: '78961009',
  stomach: '69695003',
  trachea: '44567001',
  'urinary bladder': '89837001',
};

/** Abnormal findings, whose category is another. */
const FINDINGS: Readonly<Record<string, string>> = {
  lesion: '52988006',
  neoplasm: '108369006',
  tumor: '108369006',
  tumour: '108369006',
};

/** What a class is, as coded concepts. */
export interface ClassCodes {
  readonly category: DataSet;
  readonly type: DataSet;
}

/**
 * Codes of a class: those of SNOMED where its name is that of a common structure or finding, else of a private scheme, since
 * classes are the user's own.
 */
export function codesOf(name: string, number: number): ClassCodes {
  const known = name.trim().toLowerCase().replaceAll('_', ' ');
  const meaning = name.slice(0, 64);
  const finding = FINDINGS[known];
  const category =
    finding === undefined
      ? code('123037004', 'SCT', 'Anatomical Structure')
      : code('49755003', 'SCT', 'Morphologically Abnormal Structure');
  const value = finding ?? STRUCTURES[known];
  return {
    category,
    type: value === undefined ? code(`class-${number}`, '99PATCHCL', meaning) : code(value, 'SCT', meaning),
  };
}
