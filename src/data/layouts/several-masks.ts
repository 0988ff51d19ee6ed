import type { Pair } from './pairing.ts';
import type { TreeFile } from './tree.ts';

/** Of the folders `final` and `original` in MONAI Label's folder of labels, the first has what people have accepted. */
export function finalMasks<T extends { readonly file: TreeFile; readonly rest: readonly string[] }>(
  masks: readonly T[],
): T[] {
  const isIn = ({ rest }: T, name: string) => rest.at(-1)?.toLowerCase() === name;
  if (!masks.some((mask) => isIn(mask, 'final'))) return [...masks];
  return masks
    .filter((mask) => !isIn(mask, 'original'))
    .map((mask) => (isIn(mask, 'final') ? { ...mask, rest: mask.rest.slice(0, -1) } : mask));
}

/** What is said of scans with several masks. */
export function unitedNotes(pairs: readonly Pair[]): string[] {
  const several = pairs.filter(({ labelPaths }) => labelPaths.length > 1);
  const [first] = several;
  if (first === undefined) return [];
  const scans = several.length === 1 ? 'one scan has' : `${several.length} scans have`;
  return [`${scans} several masks, which are united, as ${first.labelPaths.length} of ${first.name}`];
}
