import { PatchclError } from '../core/errors.ts';
import { largestOf } from '../core/lists.ts';
import { spread } from '../core/spread.ts';
import { defaultClassNames } from '../data/classes.ts';
import type { Case, Dataset } from '../data/dataset.ts';
import { slicingOfCases } from '../data/slicing.ts';
import { readGiven, withIgnored } from '../data/studio-labels/given-mask.ts';
import type { StudioSettings } from '../data/studio-labels/settings.ts';

/** Scans looked at to choose the orientation of the slices. */
const SCANS_LOOKED_AT = 3;

/** Masks looked at to find the classes; values that others have join when those are read. */
const MASKS_LOOKED_AT = 24;

/** How a project begins: with the classes that the data set states, else those of its masks. */
export async function newSettings(
  dataset: Dataset,
  source: Pick<StudioSettings, 'data' | 'uploads'>,
): Promise<StudioSettings> {
  const orientation = await orientationOfSome(dataset.cases);
  return {
    version: 2,
    ...source,
    ...(await classesOf(dataset)),
    ...(orientation !== undefined && { orientation }),
    validation: [],
  };
}

/** How scans are cut into slices, by some of them; those that cannot be read are told of later, each by itself. */
async function orientationOfSome(cases: readonly Case[]) {
  const readable: Case[] = [];
  for (const item of spread(cases, 4 * SCANS_LOOKED_AT)) {
    if (readable.length === SCANS_LOOKED_AT) break;
    const image = await item.image().catch(() => undefined);
    if (image !== undefined) readable.push({ ...item, image: async () => image });
  }
  return slicingOfCases(readable);
}

/** The classes that the data set states, else those of some of its masks. Values between them that no mask has are gaps. */
async function classesOf({
  classes,
  labelValues,
  ignoreLabel,
  cases,
}: Dataset): Promise<Pick<StudioSettings, 'classes' | 'gaps'>> {
  const values = labelValues ?? (classes === undefined ? await valuesOfSome(cases, ignoreLabel) : undefined);
  const names = classes ?? defaultClassNames(Math.max(2, 1 + largestOf(values ?? [], 0)));
  if (values === undefined) return { classes: named(names) };
  const gaps = names.map((_, value) => value).filter((value) => value > 0 && !values.includes(value));
  // A project has one class at least.
  const isOne = gaps.length === names.length - 1;
  return { classes: named(names), ...(gaps.length > 0 && !isOne && { gaps }) };
}

/** Masks that cannot be read are told of later, each by itself. */
async function valuesOfSome(cases: readonly Case[], ignore: number | undefined): Promise<number[]> {
  const found = new Set<number>();
  for (const item of spread(
    cases.filter(({ label }) => label !== undefined),
    MASKS_LOOKED_AT,
  )) {
    try {
      for (const value of (await readGiven(withIgnored(item, ignore), undefined)).values) found.add(value);
    } catch (error) {
      if (!(error instanceof PatchclError)) throw error;
    }
  }
  return [...found];
}

/** Classes have names; one without is called by its number. */
function named(classes: readonly string[]): string[] {
  const fallback = defaultClassNames(classes.length);
  return classes.map((name, value) => (name.trim() === '' ? (fallback[value] as string) : name));
}
