import type { RunDetail, TrainingProgress } from '../../studio/api/index.ts';

/** Values of each name over the steps, rising. */
export type Curves = Readonly<Record<string, readonly (readonly [step: number, value: number])[]>>;

/** Names of the two curves that come from validations, as in the run's log. */
export const DICE = ['validation/student', 'validation/teacher'] as const;

/** The curves that are kept of a run. */
export function curvesOf({ series }: Pick<RunDetail, 'series'>): Curves {
  return Object.fromEntries(
    series.map(({ name, steps, values }) => [
      name,
      steps.flatMap((step, i) => {
        const value = values[i];
        return value === null || value === undefined ? [] : [[step, value] as const];
      }),
    ]),
  );
}

export function appendStep(curves: Curves, { step, losses }: TrainingProgress): Curves {
  return Object.entries(losses).reduce((all, [name, value]) => append(all, name, step, value), curves);
}

export function appendValidation(
  curves: Curves,
  step: number,
  { student, teacher }: { readonly student: number | null; readonly teacher: number | null },
): Curves {
  const [ofStudent, ofTeacher] = DICE;
  return append(append(curves, ofStudent, step, student), ofTeacher, step, teacher);
}

/** A resumed run tells steps again: a step that is known already replaces what came from there on. */
function append(curves: Curves, name: string, step: number, value: number | null): Curves {
  if (value === null) return curves;
  const known = curves[name] ?? [];
  const before = (known.at(-1)?.[0] ?? -1) < step ? known : known.filter(([earlier]) => earlier < step);
  return { ...curves, [name]: [...before, [step, value]] };
}
