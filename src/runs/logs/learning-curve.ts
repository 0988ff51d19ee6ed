import type { LogRow } from './row.ts';

/** A validation: where training stood, and how good both networks were. */
export interface CurvePoint {
  readonly step: number;
  /** Of training, reading and validating included, breaks left out. */
  readonly minutes: number;
  /** Of processors, all threads together; null where the run has not counted them. */
  readonly cpuMinutes: number | null;
  /** Mean validation Dice. */
  readonly student: number;
  readonly teacher: number;
}

/** The minutes a row was made after. Early versions logged wall time only: then since the first row. */
export function trainingMinutes(row: LogRow, first: LogRow | undefined): number {
  const { trainingSeconds } = row.values;
  return (trainingSeconds ?? row.wallSeconds - (first ?? row).wallSeconds) / 60;
}

/** The validations of a run, from the rows of its metrics.csv; those without validation cases have measured nothing. */
export function learningCurve(rows: readonly LogRow[]): CurvePoint[] {
  return rows.flatMap((row) => {
    const { 'validation/student': student, 'validation/teacher': teacher, cpuSeconds } = row.values;
    if (student === undefined || teacher === undefined || Number.isNaN(student + teacher)) return [];
    const cpuMinutes = cpuSeconds === undefined ? null : cpuSeconds / 60;
    return [{ step: row.step, minutes: trainingMinutes(row, rows[0]), cpuMinutes, student, teacher }];
  });
}
