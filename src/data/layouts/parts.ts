import type { Case, Dataset } from '../dataset.ts';
import type { Part } from './roles.ts';

/**
 * Cases sorted by the parts that a data set defines itself: of those for validation and test the annotated ones are held back, all
 * others are for training. Without any that is held back the data set has no parts.
 */
export function partsOf(found: readonly { readonly item: Case; readonly part?: Part | undefined }[]): {
  readonly cases: readonly Case[];
  readonly parts?: NonNullable<Dataset['parts']>;
} {
  const held = (wanted: Part) =>
    found.filter(({ item, part }) => part === wanted && item.label !== undefined).map(({ item }) => item);
  const [val, test] = [held('val'), held('test')];
  const isHeld = new Set([...val, ...test]);
  const train = found.map(({ item }) => item).filter((item) => !isHeld.has(item));
  const cases = [...train, ...val, ...test];
  if (val.length + test.length === 0) return { cases };
  const ids = (all: readonly Case[]) => all.map(({ id }) => id);
  return { cases, parts: { train: ids(train), val: ids(val), test: ids(test) } };
}
