import type { NetworkName } from './state.ts';

/** Mean validation Dice of both networks, over cases and foreground classes; null where there was nothing to measure. */
export type NetworkDice = Readonly<Record<NetworkName, number | null>>;

/** The network that a validation speaks for: the one with the higher Dice, the teacher where neither is ahead. */
export function betterNetwork({ student, teacher }: NetworkDice): NetworkName {
  return student !== null && student > (teacher ?? Number.NEGATIVE_INFINITY) ? 'student' : 'teacher';
}

/**
 * Whether a validation's Dice is the best so far. Without one the newest network counts as best.
 *
 * @param best of the validations before; undefined at the first
 */
export function isBetter(dice: number | null, best: number | null | undefined): boolean {
  return dice === null ? (best ?? null) === null : dice > (best ?? Number.NEGATIVE_INFINITY);
}
