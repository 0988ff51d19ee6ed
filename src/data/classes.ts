import { PatchclError } from '../core/errors.ts';
import { mapConcurrently } from './concurrency.ts';
import type { Case, Dataset, LabelReading } from './dataset.ts';

/** More distinct values than this are grey levels, not classes. */
const MOST_INFERRED = 64;
/** White in pictures; it often marks what nobody has annotated. */
const WHITE = 255;

/**
 * What the values in the masks of a data set mean. Between reading and writing a class is its place in the list: masks of the values 0,
 * 1, 2 and 4 have four classes, of which the last has the index 3 and is written as 4.
 */
export interface ClassScheme {
  /** Names, background first. */
  readonly classes: readonly string[];
  /** The value that stands in masks for each class. */
  readonly values: readonly number[];
  /** The value of voxels that nobody has annotated. */
  readonly ignore?: number;
}

/** A scheme as files hold it: values are left out where each class has its index. */
export interface StoredScheme {
  readonly classes: readonly string[];
  readonly values?: readonly number[] | undefined;
  readonly ignore?: number | undefined;
}

/** `background`, `class 1`, `class 2`, ... */
export function defaultClassNames(count: number): string[] {
  return Array.from({ length: count }, (_, value) => defaultClassName(value));
}

function defaultClassName(value: number): string {
  return value === 0 ? 'background' : `class ${value}`;
}

/** Whether nobody has given the classes names. */
export function hasDefaultNames(classes: readonly string[]): boolean {
  return classes.every((name) => name === 'background' || /^class \d+$/.test(name));
}

/** Whether every class is its own value. */
export function isPlain(values: readonly number[]): boolean {
  return values.every((value, klass) => value === klass);
}

export function schemeOf({ classes, values, ignore }: StoredScheme): ClassScheme {
  const whole = values ?? classes.map((_, klass) => klass);
  return { classes, values: whole, ...(ignore === undefined ? {} : { ignore }) };
}

export function storedScheme({ classes, values, ignore }: ClassScheme) {
  return {
    classes: [...classes],
    ...(isPlain(values) ? {} : { values: [...values] }),
    ...(ignore === undefined ? {} : { ignore }),
  };
}

/** The masks that tell which values there are. */
export interface SeenMasks {
  /** Training cases with a mask that training may see. */
  readonly labelled: readonly Case[];
  /** Cases that are validated on. */
  readonly val?: readonly Case[];
}

/**
 * The classes of a data set: those it states, else a class for each value in the masks that training may see. The value 0 is the
 * background; where it marks what is not annotated, the lowest other value is.
 *
 * @param ignore value of voxels that nobody has annotated; default: what the data set says
 * @throws PatchclError `bad-data` when a mask holds values that cannot be classes, or no class is left
 */
export async function resolveClasses(
  { classes, labelValues, ignoreLabel }: Pick<Dataset, 'classes' | 'labelValues' | 'ignoreLabel'>,
  { labelled, val = [] }: SeenMasks,
  ignore = ignoreLabel,
): Promise<ClassScheme> {
  const stated = classes?.map((_, value) => value);
  if (stated !== undefined && labelValues === undefined) return nameValues(stated, classes, ignore);
  const found = await foundValues([...labelled, ...val], ignore);
  if (stated === undefined) checkInferred(found, ignore);
  const highest = stated?.length ?? Number.POSITIVE_INFINITY;
  // Values between stated ones are classes where masks have them, and those beyond are refused when their mask is read.
  const used = [...found.keys()].filter((value) => value < highest);
  return nameValues([...new Set([...(labelValues ?? []), ...used])], classes, ignore);
}

/** Names for values in rising order: at least background and one more. */
function nameValues(
  values: readonly number[],
  names: readonly string[] | undefined,
  ignore: number | undefined,
): ClassScheme {
  const free = [0, 1, 2].filter((value) => value !== ignore);
  const background = free[0] === 0 ? [0] : [];
  const kept = [...new Set([...background, ...values])].filter((value) => value !== ignore).sort((a, b) => a - b);
  const added = kept.length > 1 ? [] : free.filter((value) => !kept.includes(value)).slice(0, 2 - kept.length);
  const all = [...kept, ...added].sort((a, b) => a - b);
  const classes = all.map((value, klass) => names?.[value] ?? (klass === 0 ? 'background' : defaultClassName(value)));
  return schemeOf({ classes, values: all, ignore });
}

/** The label values that masks have, and a mask of each. */
export async function foundValues(
  cases: readonly Case[],
  ignore: number | undefined,
  concurrency = 4,
): Promise<Map<number, Case>> {
  const found = new Map<number, Case>();
  await mapConcurrently(cases, concurrency, async (item) => {
    if (item.label === undefined) return;
    for (const value of valuesIn((await item.label(readingOf(ignore))).data)) {
      if (value !== ignore && !found.has(value)) found.set(value, item);
    }
  });
  return new Map([...found].sort(([a], [b]) => a - b));
}

/** The distinct values of a mask, rising. */
export function valuesIn(data: Uint8Array): number[] {
  const seen = new Uint8Array(256);
  for (let i = 0; i < data.length; i++) seen[data[i] as number] = 1;
  return Array.from(seen, (has, value) => (has === 1 ? value : -1)).filter((value) => value >= 0);
}

export function readingOf(ignore: number | undefined): LabelReading {
  return ignore === undefined ? {} : { ignore };
}

/**
 * Whether the values of masks, rising, are classes. Small numbers are, with gaps or without. Larger ones are where they lie apart and
 * white is not among them: a mask drawn in black and white and then smoothed, shrunk or saved as JPEG has grey levels up to 255, or
 * neighbouring ones.
 */
export function areClasses(values: readonly number[]): boolean {
  const highest = values.at(-1) ?? 0;
  const areNeighbours = values.some((value, i) => i > 0 && value - (values[i - 1] as number) === 1);
  return values.length <= MOST_INFERRED && (highest < MOST_INFERRED || (highest !== WHITE && !areNeighbours));
}

/** @throws PatchclError `bad-data` for values that may be grey levels, or no class */
function checkInferred(found: ReadonlyMap<number, Case>, ignore: number | undefined): void {
  const values = [...found.keys()];
  if (areClasses(values)) return;
  const highest = values.at(-1) ?? 0;
  const item = found.get(highest);
  const mayMarkUnknown = highest === WHITE && ignore === undefined && (values.at(-2) ?? 0) < MOST_INFERRED;
  const ways = [
    'Save masks without smoothing or lossy compression',
    ...(mayMarkUnknown ? ['set data.ignore to 255 if it marks what nobody has annotated'] : []),
    'or state the classes under "labels" in dataset.json',
  ];
  throw new PatchclError('bad-data', `the value ${highest} was found, a mask holds class indices: 0, 1, 2, ...`, {
    subject: item?.labelPath ?? item?.id ?? 'masks',
    hint: `${ways.join(', ')}.`,
  });
}
