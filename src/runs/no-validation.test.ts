import { expect, it } from 'vitest';
import { readText } from '../core/files.ts';
import { RUN, tinyFiles, tinyRun } from '../train/testing/tiny-run.ts';
import type { ValidationReport } from '../train/trainer.ts';
import { loadCheckpoint } from './checkpoint.ts';
import { openRun } from './open-run.ts';
import { runPath } from './run-folder.ts';

it('a run without validation cases keeps its newest teacher, and resumes so', async () => {
  const files = tinyFiles();
  const reports: ValidationReport[] = [];
  const overrides = { data: { valFraction: 0, testFraction: 0 } };
  const notes: string[] = [];
  const onValidation = (report: ValidationReport) => reports.push(report);
  await tinyRun(files, { overrides, onValidation, onNote: (text) => notes.push(text), stopAt: 12 });
  expect(notes.filter((text) => text.startsWith('there is no validation'))).toHaveLength(1);
  expect(await openRun(files, RUN).best()).toMatchObject({ step: 16, network: 'teacher', dice: null });
  await tinyRun(files, { overrides, onValidation: (report) => reports.push(report), resume: true });
  expect(await openRun(files, RUN).best()).toMatchObject({ step: 24, network: 'teacher', dice: null });
  expect(reports.map(({ dice, isBest }) => [dice, isBest])).toEqual(
    Array(3).fill([{ student: null, teacher: null }, true]),
  );
  const { best } = (await loadCheckpoint(files, RUN)).progress;
  expect(best).toEqual({ step: 24, network: 'teacher', dice: null });
  expect(await readText(files, runPath(RUN, 'metrics'))).not.toContain('NaN');
});
