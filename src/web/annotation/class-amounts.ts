import { isLabel } from '../../studio/api/index.ts';
import type { Annotation } from './annotation.ts';

/** Voxels of each class of a case, and on how many slices with a label they were counted. */
export interface ClassAmounts {
  readonly voxels: ReadonlyMap<number, number>;
  readonly slices: number;
  /** Slices with a label that are still loading, and not counted. */
  readonly missing: number;
}

/** Counts the voxels of the classes on slices that have a label. */
export function classAmounts({ labels, states }: Pick<Annotation, 'labels' | 'states'>): ClassAmounts {
  const counts = new Float64Array(256);
  let [slices, missing] = [0, 0];
  for (const [z, state] of states.value.entries()) {
    if (!isLabel(state)) continue;
    const slice = labels.get(z);
    if (slice === undefined) {
      missing++;
      continue;
    }
    slices++;
    for (let i = 0; i < slice.length; i++) (counts[slice[i] as number] as number)++;
  }
  const voxels = new Map([...counts].map((count, value) => [value, count] as const).filter(([, count]) => count > 0));
  return { voxels, slices, missing };
}
