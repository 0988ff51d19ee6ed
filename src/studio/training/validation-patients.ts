import { Rng } from '../../core/rng.ts';

/** Share of the labelled patients that are validated on. */
const SHARE = 0.15;

/** With fewer labelled patients all of them are learned from. */
const LEAST = 3;

/**
 * The patients that a project is validated on, now that so many have labels: those of before, and others where there are too
 * few for the labels of now. Once chosen they stay, so that rounds can be compared.
 *
 * @param labelled patients with labels
 * @param before chosen earlier
 */
export function validationPatients(labelled: readonly string[], before: readonly string[]): string[] {
  const wanted = labelled.length < LEAST ? 0 : Math.max(1, Math.round(SHARE * labelled.length));
  const known = before.filter((patient) => labelled.includes(patient));
  if (known.length >= wanted) return [...before];
  const others = labelled.filter((patient) => !before.includes(patient)).sort();
  const drawn = new Rng('studio-validation', labelled.length).shuffle(others).slice(0, wanted - known.length);
  return [...before, ...drawn];
}
