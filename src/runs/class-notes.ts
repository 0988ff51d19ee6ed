import { type ClassScheme, isPlain, valuesIn } from '../data/classes.ts';
import type { Slice } from '../data/dataset.ts';
import { ignoredShare } from '../data/ignored.ts';

/**
 * What a person should know about the classes of a training: sentences without the final stop.
 *
 * @param validated foreground classes that some validation mask has; false without validation cases
 */
export function classNotes(
  scheme: ClassScheme,
  labelled: readonly Slice[],
  validated: readonly number[] | false,
): string[] {
  const { classes, values, ignore } = scheme;
  const foreground = classes.map((name, klass) => ({ name, klass })).slice(1);
  const seen = new Set(labelled.flatMap(({ label }) => (label === undefined ? [] : valuesIn(label))));
  const named = values.map((value, klass) => `${value} ${classes[klass]}`).join(', ');
  const share = `${(100 * ignoredShare(labelled)).toFixed(1)} %`;
  return [
    ...(isPlain(values) ? [] : [`label values: ${named}; masks are written with them`]),
    ...(ignore === undefined
      ? []
      : [`label value ${ignore} is what nobody has annotated: ${share} of the pixels of labelled images take no part`]),
    ...(labelled.length === 0 || seen.has(0)
      ? []
      : [
          `${classes[0]}: no labelled mask has it, every pixel is of some class; if another value is the background, exchange it for ${values[0]}`,
        ]),
    ...foreground
      .filter(({ klass }) => !seen.has(klass))
      .map(({ name }) => `${name}: no labelled mask has it, so it cannot be learned`),
    ...foreground
      .filter(({ klass }) => seen.has(klass) && validated && !validated.includes(klass))
      .map(({ name }) => `${name}: no validation mask has it, so it is not in the validation Dice`),
  ];
}
