import { isLabel, type LabelCounts } from '../api/index.ts';
import { describeCase, isLabelledCase, type ProjectCase } from '../studio-project.ts';

/** The labels that a training would learn from now. */
export function labelCounts(cases: readonly ProjectCase[]): LabelCounts {
  const states = cases.filter(isLabelledCase).map((item) => describeCase(item).slices.filter(isLabel));
  const by: Record<string, number> = {};
  for (const state of states.flat()) by[state] = (by[state] ?? 0) + 1;
  return { cases: states.length, slices: states.flat().length, by };
}
