/** What a step takes on so many ranks, from what was measured on two. */

/** Time of a message between two ranks: `latency` ms, and `perMegabyte` ms for each 10^6 bytes. */
export interface Wire {
  readonly latency: number;
  readonly perMegabyte: number;
}

/**
 * Least squares of the relative error, so that short messages count as much as long ones.
 *
 * @param measured bytes and ms of all-reduces between two ranks
 */
export function fitWire(measured: readonly (readonly [number, number])[]): Wire {
  // Minimises sum ((latency + slope x - t) / t)²: linear in latency and slope.
  let [a11, a12, a22, b1, b2] = [0, 0, 0, 0, 0];
  for (const [bytes, time] of measured) {
    const [one, x] = [1 / time, bytes / 1e6 / time];
    a11 += one * one;
    a12 += one * x;
    a22 += x * x;
    b1 += one;
    b2 += x;
  }
  const determinant = a11 * a22 - a12 * a12;
  const perMegabyte = (a11 * b2 - a12 * b1) / determinant;
  return { latency: Math.max(0, (b1 * a22 - b2 * a12) / determinant), perMegabyte };
}

/**
 * An all-reduce as a ring: every rank sends 2 (n - 1) / n of the message in 2 (n - 1) rounds. Short messages take the log2 of
 * n rounds of a tree instead, whichever is faster. Two ranks take what was measured.
 */
export function allReduceTime({ latency, perMegabyte }: Wire, bytes: number, ranks: number): number {
  if (ranks === 1) return 0;
  const whole = perMegabyte * (bytes / 1e6);
  const ring = latency * (ranks - 1) + (2 * (ranks - 1) * whole) / ranks;
  const tree = Math.ceil(Math.log2(ranks)) * (latency + whole);
  return Math.min(ring, tree);
}

/** @param work ms that a rank computes; @param messages bytes of each */
export function stepTime(work: number, messages: readonly number[], wire: Wire, ranks: number): number {
  return work + messages.reduce((total, bytes) => total + allReduceTime(wire, bytes, ranks), 0);
}
