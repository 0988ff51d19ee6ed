import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCsv } from '../src/train/logs/csv.ts';
import { RUN_FILES } from '../src/train/run-folder.ts';

/** Validations of a run: [step, minutes since the first logged row, Dice of the better network]. */
export function learningCurve(run: string): number[][] {
  const { rows: logged } = parseCsv(readFileSync(join(run, RUN_FILES.metrics), 'utf8'));
  const start = logged[0]?.wallSeconds ?? 0;
  return logged
    .filter((row) => row.values['validation/student'] !== undefined)
    .map(({ step, wallSeconds, values: { 'validation/student': student, 'validation/teacher': teacher } }) => {
      return [step, (wallSeconds - start) / 60, Math.max(student ?? 0, teacher ?? 0)].map((n) => Number(n.toFixed(4)));
    });
}
