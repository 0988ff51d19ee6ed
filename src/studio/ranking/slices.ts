import { smallestOf } from '../../core/lists.ts';
import { isLabel, type Proposal, type StudioCase } from '../api/index.ts';
import { REJECTED } from './rejected.ts';

/** Slices suggested of a case. */
const SLICES = 5;

/** Slices that lie closer than this share of the depth show nearly the same. */
const APART = 0.08;

/** At this share of the depth another slice is as new as can be. */
const REACH = 0.25;

/** How much further, as a share of the depth, a slice of another scan is away. */
const OTHER_SCAN = 0.1;

/**
 * The slices of a scan that are worth a label most: doubted ones, far from those before them and from where slices of other scans
 * are suggested. Each is the one with the most doubt times novelty, which grows with the distance from them, up to 1.
 *
 * @param elsewhere where slices of other scans are suggested, in [0, 1] along the depth
 */
export function suggestedSlices(
  { slices: states }: StudioCase,
  { slices }: Proposal,
  elsewhere: readonly number[],
): number[] {
  const depth = slices.length;
  const apart = Math.max(1, Math.round(depth * APART));
  const value = (z: number) => (slices[z]?.doubt ?? 0) * (states[z] === 'rejected' ? REJECTED : 1);
  let left = [...slices.keys()].filter((z) => !isLabel(states[z] ?? 'unlabelled'));
  const picked: number[] = [];
  const novelty = (z: number) => {
    const own = picked.map((other) => Math.abs(other - z) / depth);
    const others = elsewhere.map((place) => Math.abs(place - placeOf(z, depth)) + OTHER_SCAN);
    return smallestOf(
      [...own, ...others].map((distance) => distance / REACH),
      1,
    );
  };
  while (picked.length < SLICES && left.length > 0) {
    const best = left.reduce((a, b) => (value(b) * novelty(b) > value(a) * novelty(a) ? b : a));
    picked.push(best);
    left = left.filter((z) => Math.abs(z - best) >= apart);
  }
  return picked;
}

/** Where a slice lies along the depth, in [0, 1]. */
export function placeOf(slice: number, depth: number): number {
  return (slice + 0.5) / depth;
}
