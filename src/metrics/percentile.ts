/**
 * Percentile with linear interpolation between the two closest ranks (NumPy's default method): the value at position
 * (n - 1) * percent / 100 of the sorted values.
 *
 * @param percent in [0, 100].
 * @returns NaN when there are no values.
 */
export function percentile(values: ArrayLike<number>, percent: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  const position = ((sorted.length - 1) * percent) / 100;
  const low = Math.floor(position);
  const below = sorted[low] as number;
  const above = sorted[Math.min(low + 1, sorted.length - 1)] as number;
  return below + (above - below) * (position - low);
}
