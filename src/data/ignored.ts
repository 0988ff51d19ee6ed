import { IGNORED } from '../imaging/volume.ts';
import type { Slice } from './dataset.ts';

type Annotated = Pick<Slice, 'label'>;

/** Whether some pixels of labelled slices are not annotated. */
export function hasIgnored(slices: readonly Annotated[]): boolean {
  return slices.some(({ label }) => label?.includes(IGNORED) === true);
}

/** The share of the pixels of labelled slices that are not annotated, in [0, 1]. */
export function ignoredShare(slices: readonly Annotated[]): number {
  let [ignored, all] = [0, 0];
  for (const { label } of slices) {
    if (label === undefined) continue;
    all += label.length;
    for (let i = 0; i < label.length; i++) if (label[i] === IGNORED) ignored++;
  }
  return all === 0 ? 0 : ignored / all;
}
