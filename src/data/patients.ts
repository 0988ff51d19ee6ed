import type { Case, Dataset } from './dataset.ts';

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

/** How many patients there are, how they were told apart and why that may be wrong, a line each. */
export function patientLines({ cases, patients }: Dataset): string[] {
  if (patients === undefined) return [];
  const count = groupByPatient(cases).size;
  return [
    `${count} ${count === 1 ? 'patient' : 'patients'}: ${patients.rule}`,
    ...(patients.doubt === undefined ? [] : [`in doubt: ${patients.doubt}`]),
  ];
}
