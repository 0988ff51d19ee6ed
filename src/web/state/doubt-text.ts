import type { Proposal } from '../../studio/api/index.ts';

/** Doubt from which on a model is called unsure of a picture that stands alone. */
const UNSURE = 1;

/** Shares of a scan's slices that are said to be doubted little, and much. */
const [LITTLE, MUCH] = [1 / 3, 2 / 3];

/** How sure a model is of a slice, beside the other slices of the scan. */
export function doubtText({ slices }: Proposal, slice: number): string {
  const own = slices[slice]?.doubt ?? 0;
  const below = slices.filter(({ doubt }) => doubt < own).length / Math.max(1, slices.length - 1);
  // Of one or two slices there is nothing to compare with.
  if (slices.length < 3) return own > UNSURE ? 'unsure' : 'sure';
  return below < LITTLE ? 'sure' : below > MUCH ? 'unsure' : 'fairly sure';
}
