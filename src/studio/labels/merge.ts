/**
 * Two changes of one mask, together: pixels that `mine` has changed are as `mine` says, all others as `theirs` says.
 *
 * @param base what both began with
 */
export function mergeMasks(base: Uint8Array, mine: Uint8Array, theirs: Uint8Array): Uint8Array {
  return theirs.map((value, i) => (mine[i] === base[i] ? value : (mine[i] as number)));
}
