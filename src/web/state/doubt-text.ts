import type { Proposal } from '../../studio/api/index.ts';

/** Shares of a scan's slices that are said to be doubted little, and much. */
const [LITTLE, MUCH] = [1 / 3, 2 / 3];

/** How much a model doubts a slice, beside the other slices of the scan, and the number itself. */
export function doubtText({ slices }: Proposal, slice: number): string {
  const own = slices[slice]?.doubt ?? 0;
  const below = slices.filter(({ doubt }) => doubt < own).length / Math.max(1, slices.length - 1);
  const word = slices.length < 3 ? '' : below < LITTLE ? 'low, ' : below > MUCH ? 'high, ' : 'medium, ';
  return `${word}${own.toFixed(2)}`;
}
