import { PatchclError } from '../core/errors.ts';
import { type ClassScheme, hasDefaultNames, schemeOf } from './classes.ts';
import type { Dataset } from './dataset.ts';

/** How the masks of a data set are read for a model that was not trained on it. */
export interface MatchedClasses {
  /** The model's classes, with the values that stand for them in the data set's masks. */
  readonly scheme: ClassScheme;
  /** What was taken for granted, a sentence without the final stop. */
  readonly note?: string;
}

export interface MatchOptions {
  /** Value of voxels that nobody has annotated; default: what the data set says. */
  readonly ignore?: number | undefined;
  /** Names the model in messages. */
  readonly model: string;
}

/**
 * Matches the classes of a data set with those of a model by their names, whatever their values and order. Case, spaces and
 * punctuation make no difference. Where one of the two has no names, label values are taken to mean the same on both sides.
 *
 * @throws PatchclError `bad-data` where the classes differ
 */
export function matchClasses(
  dataset: Pick<Dataset, 'root' | 'classes' | 'labelValues' | 'ignoreLabel'>,
  model: Pick<ClassScheme, 'classes' | 'values'>,
  { ignore = dataset.ignoreLabel, model: modelName }: MatchOptions,
): MatchedClasses {
  const { root, classes } = dataset;
  const stated = classes === undefined ? [] : (dataset.labelValues ?? classes.map((_, value) => value));
  const named = stated.map((value) => ({ value, name: classes?.[value] as string }));
  if (classes === undefined || hasDefaultNames(named.map(({ name }) => name)) || hasDefaultNames(model.classes)) {
    const unknown = named.filter(({ value }) => !model.values.includes(value));
    if (unknown.length > 0) {
      const list = unknown.map(({ value, name }) => `${value} (${name})`).join(', ');
      throw differ(root, `the data set has the label values ${list}, ${modelName} knows ${model.values.join(', ')}`);
    }
    const meaning = model.values.map((value, klass) => `${value} ${model.classes[klass]}`).join(', ');
    const why = classes === undefined ? 'the data set names no classes' : 'one of the two has no names of classes';
    const note = `${why}, so label values are taken to mean what they mean in ${modelName}: ${meaning}`;
    return { scheme: schemeOf({ classes: model.classes, values: model.values, ignore }), note };
  }
  const [background, ...foreground] = named as [(typeof named)[number], ...typeof named];
  const valueByName = new Map(foreground.map(({ name, value }) => [key(name), value]));
  const wanted = model.classes.slice(1);
  const same = valueByName.size === wanted.length && wanted.every((name) => valueByName.has(key(name)));
  if (!same) {
    const list = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
    const own = list(foreground.map(({ name }) => name));
    throw differ(root, `the data set has the classes ${own}, ${modelName} has ${list(wanted)}`);
  }
  const values = [background.value, ...wanted.map((name) => valueByName.get(key(name)) as number)];
  return { scheme: schemeOf({ classes: model.classes, values, ignore }) };
}

const key = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

function differ(subject: string, problem: string): PatchclError {
  const hint = 'Name the same classes alike under "labels" in dataset.json, or choose a model of these classes.';
  return new PatchclError('bad-data', problem, { subject, hint });
}
