import type { Case } from './dataset.ts';

/** Ids that say which patient they are of: ACDC's, those of BIDS, barcodes of The Cancer Genome Atlas. */
const PATIENT_FIRST = /^(patient\d+|sub-[a-z0-9]+|TCGA-[A-Z0-9]{2}-[A-Z0-9]{4})/i;

/** What tells the scans of one patient apart. */
const ONE_OF_SEVERAL = /([_-](frame|slice|time|phase|visit|ses|session|tile|patch)[_-]?\d+)+$/i;

/**
 * The patient a case id speaks of: `patient028_frame01_slice_3` gives `patient028`, `Case00_slice_12` gives `Case00`,
 * `sub-07_ses-2_T1w` gives `sub-07`, anything without such a beginning or ending is a patient of its own.
 */
export function patientOf(id: string): string {
  return PATIENT_FIRST.exec(id)?.[0] ?? (id.replace(ONE_OF_SEVERAL, '') || id);
}

/** Cases by patient, patients in the order of their first case. */
export function groupByPatient(cases: readonly Case[]): Map<string, Case[]> {
  const groups = new Map<string, Case[]>();
  for (const item of cases) {
    const group = groups.get(item.patient);
    if (group === undefined) groups.set(item.patient, [item]);
    else group.push(item);
  }
  return groups;
}

/** The case with its segmentation out of reach. */
export function withoutLabel(item: Case): Case {
  const { label: _label, labelPath: _labelPath, labelledSlices: _labelledSlices, ...rest } = item;
  return rest;
}
