import { PatchclError } from '../core/errors.ts';
import { spread } from '../core/spread.ts';
import { defaultClassNames, inferClasses } from '../data/classes.ts';
import type { Case, Dataset } from '../data/dataset.ts';
import { slicingOfCases } from '../data/slicing.ts';
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
    classes: named(dataset.classes ?? defaultClassNames(await classesOfSome(dataset.cases))),
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

/** Masks that cannot be read are told of later, each by itself. */
async function classesOfSome(cases: readonly Case[]): Promise<number> {
  let most = 2;
  for (const item of spread(
    cases.filter(({ label }) => label !== undefined),
    MASKS_LOOKED_AT,
  )) {
    try {
      most = Math.max(most, await inferClasses([item]));
    } catch (error) {
      if (!(error instanceof PatchclError)) throw error;
    }
  }
  return most;
}

/** Classes have names; one without is called by its number. */
function named(classes: readonly string[]): string[] {
  const fallback = defaultClassNames(classes.length);
  return classes.map((name, value) => (name.trim() === '' ? (fallback[value] as string) : name));
}
