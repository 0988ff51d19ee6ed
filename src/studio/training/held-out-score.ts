import { IGNORED } from '../../imaging/volume.ts';

/** Pixels of a class in what was proposed, in the label, and in both. */
interface Overlap {
  proposed: number;
  labelled: number;
  both: number;
}

/**
 * Mean Dice over the classes that a proposal or the labels of a case have, on its labelled slices alone; undefined where
 * neither has any. Background does not count, nor what nobody has annotated.
 *
 * @param proposed, labelled [slices, height, width], class values
 */
export function diceOfCase(proposed: Uint8Array, labelled: Uint8Array): number | undefined {
  const overlaps = new Map<number, Overlap>();
  const of = (label: number) => {
    const known = overlaps.get(label) ?? { proposed: 0, labelled: 0, both: 0 };
    overlaps.set(label, known);
    return known;
  };
  for (let i = 0; i < labelled.length; i++) {
    const [a, b] = [proposed[i] as number, labelled[i] as number];
    if ((a === 0 && b === 0) || b === IGNORED) continue;
    if (a > 0) of(a).proposed++;
    if (b > 0) of(b).labelled++;
    if (a === b) of(a).both++;
  }
  const scores = [...overlaps.values()].map(({ proposed: p, labelled: l, both }) => (2 * both) / (p + l));
  return scores.length === 0 ? undefined : meanOf(scores);
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
