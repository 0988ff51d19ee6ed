import type { ReportInput } from '../../report/input.ts';

/** Which scans have changed while a run trained: its text names their files. */
export const CHANGED = 'changed data';

/**
 * A report that may be handed on: cases are numbered in the order of the run's scores, and no folder is named, nor the command,
 * which names some. Names of cases are most often those of folders, which may be those of patients.
 *
 * @param scores name of the file in the run's folder that tells whose number is whose
 */
export function withoutNames(input: ReportInput, scores: string): ReportInput {
  const { subtitle: _, results, examples, training, ...rest } = input;
  const { command: __, [CHANGED]: changed, ...more } = training.more ?? {};
  const numbers = new Map(results?.cases.map(({ id }, i) => [id, `case ${i + 1}`]));
  return {
    ...rest,
    training: { ...training, more: { ...more, ...(changed !== undefined && { [CHANGED]: 'yes, as run.json says' }) } },
    title: training.method,
    subtitle: `Cases are numbered as in ${scores} of the run; the setting report.names shows their names`,
    ...(results && {
      results: { ...results, cases: results.cases.map((one) => ({ ...one, id: numbers.get(one.id) ?? '' })) },
    }),
    ...(examples && { examples: examples.map((one) => ({ ...one, caption: renamed(one.caption, numbers) })) }),
  };
}

/** A caption is a case, or a case and a slice of it. */
function renamed(caption: string, numbers: ReadonlyMap<string, string>): string {
  const whole = numbers.get(caption);
  if (whole !== undefined) return whole;
  const [, id = caption, slice = ''] = /^(.*?)(, slice \d+)?$/s.exec(caption) ?? [];
  return `${numbers.get(id) ?? 'case'}${slice}`;
}
