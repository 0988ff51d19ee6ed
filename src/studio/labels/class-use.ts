import { countsOf } from '../../data/studio-labels/read-labels.ts';
import type { ProjectCase } from '../project-case.ts';
import type { StudioProject } from '../studio-project.ts';
import type { LabelStore } from './label-store.ts';

/** How much is labelled as each class. */
export interface ClassUse {
  readonly value: number;
  cases: number;
  slices: number;
  pixels: number;
}

/** Counts cases, slices and pixels of each class, removed ones left out: what would go if it were removed. */
export async function classUse(project: StudioProject, labels: LabelStore): Promise<ClassUse[]> {
  const uses = new Map(
    project.trainedValues.map((value): [number, ClassUse] => [value, { value, cases: 0, slices: 0, pixels: 0 }]),
  );
  for (const entry of project.cases) {
    const seen = new Set<number>();
    for (const counts of await sliceCounts(entry, labels)) {
      for (const [text, pixels] of Object.entries(counts)) {
        const use = uses.get(Number(text));
        if (use === undefined || pixels === 0) continue;
        use.slices++;
        use.pixels += pixels;
        seen.add(use.value);
      }
    }
    for (const value of seen) (uses.get(value) as ClassUse).cases++;
  }
  return [...uses.values()].filter(({ value }) => value > 0);
}

/** Pixels by class value of each labelled slice. */
async function sliceCounts(entry: ProjectCase, labels: LabelStore): Promise<Readonly<Record<string, number>>[]> {
  const { item, measures } = entry;
  const isGiven = item.label !== undefined;
  const { versions } = entry.labels;
  // Masks of scans that were not read yet are not known.
  const slices = isGiven ? [...Array(measures?.shape[0] ?? 0).keys()] : versions.slices;
  const counts: Readonly<Record<string, number>>[] = [];
  for (const slice of slices) {
    const { counts: known, mask } = versions.at(slice);
    if (known !== undefined) counts.push(known);
    else if (mask !== undefined || isGiven) counts.push(countsOf(await labels.read(entry, { first: slice, count: 1 })));
  }
  return counts;
}
