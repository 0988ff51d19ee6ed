import type { DataSet } from '../data-set.ts';
import { code } from './code.ts';

/** SNOMED codes of common structures (PS3.16, CID 7150 to 7197), by their names in lower case; a test compares them with pydicom's. */
export const STRUCTURES: Readonly<Record<string, string>> = {
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
  'left atrium': '82471001',
  'left ventricle': '87878005',
  liver: '10200004',
  lung: '39607008',
  myocardium: '74281007',
  oesophagus: '32849002',
  pancreas: '15776009',
  prostate: '41216001',
  'pulmonary artery': '81040000',
  'right atrium': '73829009',
  'right ventricle': '53085002',
  'small bowel': '30315005',
  spleen: '78961009',
  stomach: '69695003',
  trachea: '44567001',
  'urinary bladder': '89837001',
};

/** Abnormal findings, whose category is another. */
export const FINDINGS: Readonly<Record<string, string>> = {
  lesion: '52988006',
  neoplasm: '108369006',
  tumor: '108369006',
  tumour: '108369006',
};

/** Sides of the body (CID 244), which modify the code of a paired structure. */
export const SIDES: Readonly<Record<string, string>> = { left: '7771000', right: '24028007' };

/** What a class is, as coded concepts. */
export interface ClassCodes {
  readonly category: DataSet;
  /** With the side, where it is one of a pair. */
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
  if (finding !== undefined) {
    const category = code('49755003', 'SCT', 'Morphologically Abnormal Structure');
    return { category, type: code(finding, 'SCT', meaning) };
  }
  const category = code('91723000', 'SCT', 'Anatomical Structure');
  const value = STRUCTURES[known];
  if (value !== undefined) return { category, type: code(value, 'SCT', meaning) };
  const [, side = '', structure = ''] = /^(left|right) (.*)$/.exec(known) ?? [];
  const paired = PAIRED.includes(structure) ? STRUCTURES[structure] : undefined;
  if (paired === undefined) return { category, type: code(`class-${number}`, '99PATCHCL', meaning) };
  const modifier = code(SIDES[side] as string, 'SCT', side === 'left' ? 'Left' : 'Right');
  return { category, type: code(paired, 'SCT', structure, modifier) };
}

/** Structures of which there are two. */
const PAIRED = ['adrenal gland', 'hippocampus', 'kidney', 'lung'];
