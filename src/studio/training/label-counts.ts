import type { LabelCounts } from '../api/index.ts';
import { labelStates, type ProjectCase } from '../project-case.ts';

/** The labels of cases. */
export function labelCounts(cases: readonly ProjectCase[]): LabelCounts {
  const states = cases.map(labelStates).filter(({ length }) => length > 0);
  const by: Record<string, number> = {};
  for (const state of states.flat()) by[state] = (by[state] ?? 0) + 1;
  return { cases: states.length, slices: states.flat().length, by };
}
