import type { Case } from './dataset.ts';

/**
 * The patient a case id speaks of: `patient028_frame01_slice_3` gives `patient028`, `Case00_slice_12` gives `Case00`,
 * anything without such an ending is a patient of its own.
 */
export function patientOf(id: string): string {
  return /^patient\d+/i.exec(id)?.[0] ?? (id.replace(/([_-](frame|slice)[_-]?\d+)+$/i, '') || id);
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
  const { label: _label, labelPath: _labelPath, ...rest } = item;
  return rest;
}
