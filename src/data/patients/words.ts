import { wordsOf } from '../layouts/roles.ts';

/** Persons of collections of The Cancer Imaging Archive, whose names could as well be those of a person and its slices. */
const OF_COLLECTIONS = [
  'LIDC-IDRI-\\d{4}',
  'LUNG\\d-\\d{3}',
  'R01-\\d{3}',
  'AMC-\\d{3}',
  'C3[LN]-\\d{5}',
  'HN-[A-Z]+-\\d{3}',
  'HNSCC-\\d{2}-\\d{4}',
  'ISPY\\d-\\d{4,6}',
  'ISPY1_\\d{4}',
  'Breast_MRI_\\d{3}',
  'ProstateX-\\d{4}',
  'PANCREAS_\\d{4}',
  'MSB-\\d{5}',
  'UPENN-GBM-\\d{5}',
  'UCSF-PDGM-\\d{4}',
  'CRLM-CT-\\d{4}',
  'HCC_\\d{3}',
  'QIN-[A-Z]+-\\d{2}-\\d{4}',
].join('|');

/** A person, stated outright: barcodes of The Cancer Genome Atlas, BIDS, collections, `patient07`, `Subject_3`. */
const STATED = new RegExp(
  `(?:^|[_\\-. ])(TCGA[-_][A-Z\\d]{2}[-_][A-Z\\d]{4}(?![A-Z\\d])|(?:${OF_COLLECTIONS})(?!\\d)|sub-[a-z\\d]+|(?:patient|subject|subj)[-_ ]?\\d+)`,
  'i',
);

/** The person a name states, if it does. */
export function statedPatient(name: string): string | undefined {
  return STATED.exec(name)?.[1];
}

/** Endings that tell the scans of one person apart, whatever stands before them. */
export const CERTAIN_ENDING =
  /([_\-. ]+(frame|slice|time|timepoint|phase|visit|ses|session|tile|patch|crop|aug)[_-]?\d+)+$/i;

/** Endings that may do so: a plane, a side, a moment, a sequence, something with a number. */
const POSSIBLE_ENDINGS: readonly RegExp[] = [
  /[_\-. ](ed|es|sys|dia|systole|diastole|end[-_]?systole|end[-_]?diastole|pre|post|baseline|follow[-_]?up)$/i,
  /[_\-. ](l|r|left|right|od|os|cc|mlo|ap|pa|lat|2ch|3ch|4ch|la|sa|lax|sax|ax|axial|cor|coronal|sag|sagittal)$/i,
  /[_\-. ](t1|t1w|t1c|t1n|t1ce|t1gd|t2|t2w|t2f|flair|adc|dwi|pd|swi|arterial|venous|portal|delayed|native)$/i,
  /[_\-. ](s|z|t|v|i|im|img|image|scan|series|view|roi|page|plane|level|layer|section|sec|day|week|month|year|tp|run|rep|echo|acq|region|field|fov|rot|flip)[_-]?\d+$/i,
  /[_\-. ]\(?\d+\)?$/,
  /(?<=\d)[a-dlr]$/i,
];

/** A name without its last possible ending; undefined when it has none. */
export function withoutPossibleEnding(name: string): { text: string; isNumber: boolean } | undefined {
  for (const ending of POSSIBLE_ENDINGS) {
    const text = name.replace(ending, '');
    if (text !== name && text !== '') return { text, isNumber: ending === POSSIBLE_ENDINGS[4] };
  }
  return undefined;
}

/** Names that say nothing about a person: numbers, `slice_3`, `img12`, `t1`. */
const BARE =
  /^[_\-. (]*(img|image|im|slice|frame|scan|volume|vol|pic|picture|photo|page|tile|patch|section|s|z|t|ct|mr|mri|us|xray|t1w?|t1ce?|t2w?|flair|adc|dwi|data|raw|series)?[_\-. (]*\d*[)]*$/i;

export const isBare = (name: string) => BARE.test(name);

/** Words of folders that sort scans by kind or by source: no persons. */
const KINDS =
  /^(benign|malignant|normal|abnormal|healthy|disease[ds]?|tumou?rs?|cancers?|lesions?|positives?|negatives?|pos|neg|controls?|polyps?|non|none|others?|covid|pneumonia|class|grade|group|type|category|un?labell?ed|labell?ed|sites?|cent(?:er|re)s?|hospitals?|vendors?|scanners?|institutions?|clinics?|batch|fold|cohort|datasets?|data|sets?|split|parts?|pt|chunk|stage)$/;

/** Words of folders that sort the scans of a person by moment, sequence or plane. */
const MOMENTS =
  /^(visit|ses|session|timepoint|tp|time|day|week|month|year|baseline|followup|follow|up|pre|post|flair|adc|dwi|pd|swi|ct|mr|mri|pet|us|xray|ed|es|systole|diastole|frames?|slices?|axial|sagittal|coronal|anat|func|dicom|nifti|png|jpe?g|tiff?|left|right|lax|sax|rawdata|raw)$/;

const SEQUENCE = /^(t[012]w?|t1c|t1ce|t1gd|t1n|t2f|flair|adc|dwi|pd|swi|ct|mr|mri|pet|[234]ch)$/i;

export const isSequence = (name: string) => SEQUENCE.test(name);

/** A name without the sequence it begins with: `T1_p3` gives `p3`. */
export function withoutSequence(name: string): string {
  const [, first = '', rest = ''] = /^([^_\-. ]+)[_\-. ]+(.+)$/.exec(name) ?? [];
  return isSequence(first) ? rest : name;
}

/** What a folder sorts its scans by, where its name says that it is no person. */
export function sortsBy(folder: string): 'kind' | 'moment' | undefined {
  if (SEQUENCE.test(folder)) return 'moment';
  const words = wordsOf(folder);
  if (words.length === 0) return undefined;
  if (words.every((word) => MOMENTS.test(word))) return 'moment';
  return words.every((word) => KINDS.test(word) || MOMENTS.test(word)) ? 'kind' : undefined;
}

/** A folder that is named after a person: `p07`, `Case 3`, `mouse-12`, or a number. */
const PERSON =
  /^(patient|pat|pt|p|subject|subj|sub|case|s|volunteer|vol|donor|id|mouse|rat|animal|specimen|study)[_\-. ]?\d+|^\d+$/i;

export const isPersonName = (name: string) => PERSON.test(name);
