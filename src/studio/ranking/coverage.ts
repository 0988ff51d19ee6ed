/** What is to be covered: items with a weight each, and how far any two of them lie apart. */
export interface Cover {
  readonly weights: readonly number[];
  distance(a: number, b: number): number;
  /** How far each item lies from what has been chosen before. */
  readonly covered: readonly number[];
}

export interface Chosen {
  readonly item: number;
  /** Other items that lie nearer to it than to anything chosen before. */
  readonly standsFor: number;
}

/**
 * Chooses items that stand for all others: one after the other the one that brings most weight nearer to what is chosen, the
 * greedy solution of the facility location problem. Items that are near to one another are so not chosen together, and lone
 * ones only when nothing else is left.
 *
 * @param candidates items that may be chosen
 */
export function cover({ weights, distance, covered }: Cover, candidates: readonly number[], count: number): Chosen[] {
  const nearest = [...covered];
  const gainOf = (c: number) =>
    weights.reduce((sum, weight, i) => sum + weight * Math.max(0, (nearest[i] as number) - distance(i, c)), 0);
  // Gains only shrink while others are chosen: an old one is a bound, and most need not be worked out again.
  const bounds = new Map(candidates.map((c) => [c, Number.POSITIVE_INFINITY]));
  const chosen: Chosen[] = [];
  while (chosen.length < count && bounds.size > 0) {
    const fresh = new Set<number>();
    let best = largest(bounds);
    while (!fresh.has(best)) {
      bounds.set(best, gainOf(best));
      fresh.add(best);
      best = largest(bounds);
    }
    bounds.delete(best);
    let standsFor = 0;
    for (let i = 0; i < nearest.length; i++) {
      if (distance(i, best) >= (nearest[i] as number)) continue;
      if (i !== best) standsFor++;
      nearest[i] = distance(i, best);
    }
    chosen.push({ item: best, standsFor });
  }
  return chosen;
}

/** The key with the largest value, the first of equal ones. */
function largest(values: ReadonlyMap<number, number>): number {
  let [best, most] = [-1, Number.NEGATIVE_INFINITY];
  for (const [key, value] of values) if (value > most || best < 0) [best, most] = [key, value];
  return best;
}
