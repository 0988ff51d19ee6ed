import { PatchclError } from '../core/errors.ts';
import { Rng } from '../core/rng.ts';
import type { Case, Dataset, Split } from './dataset.ts';
import { groupByPatient, withoutLabel } from './patients.ts';

export interface SplitOptions {
  /** How many training patients keep their masks, as a number or as a share of those that have some (`5%`); all by default. */
  readonly labelled?: number | string;
  /**
   * How many annotated training patients to pass over before the labelled ones are taken, going round at the end: another choice of
   * labelled patients from the same data. Default 0.
   */
  readonly labelledFrom?: number | undefined;
  /** Fraction of the annotated patients for validation, in [0, 1). Unused where the data set defines its own parts. */
  readonly valFraction: number;
  /** Fraction of the annotated patients for the final test, in [0, 1). Unused where the data set defines its own parts. */
  readonly testFraction: number;
  readonly seed: number;
}

/**
 * Divides a data set by patient. Where it defines its own parts they are kept; else its annotated patients are shuffled
 * into validation, test and training. The first `labelled` annotated training patients from `labelledFrom` on, in list order or
 * shuffled order, keep their masks; all other training images are unlabelled and lose access to theirs. Cases of one patient stand
 * together, patients in the order of their first case.
 *
 * Where a fraction is above 0, validation gets at least one patient if there are two, test if there are three.
 *
 * @throws PatchclError `bad-config` for fractions or numbers of patients that cannot be met, `bad-data` without any mask.
 */
export function splitDataset(dataset: Dataset, options: SplitOptions): Split {
  const { train, val, test } =
    dataset.parts === undefined ? divide(dataset.cases, options) : ownParts(dataset, dataset.parts, options);
  const patients = groupByPatient(train);
  const annotated = [...patients.keys()].filter((patient) => patients.get(patient)?.some(isAnnotated));
  const count = checkLabelled(options.labelled, annotated.length, dataset.root);
  const from = (options.labelledFrom ?? 0) % Math.max(1, annotated.length);
  const kept = new Set([...annotated.slice(from), ...annotated.slice(0, from)].slice(0, count));
  const inOrder = [...annotated, ...[...patients.keys()].filter((patient) => !annotated.includes(patient))];
  const cases = inOrder.flatMap((patient) => patients.get(patient) ?? []);
  const isLabelled = (item: Case) => kept.has(item.patient) && isAnnotated(item);
  return {
    labelled: cases.filter(isLabelled),
    unlabelled: cases.filter((item) => !isLabelled(item)).map(withoutLabel),
    val: [...groupByPatient(val).values()].flat(),
    test: [...groupByPatient(test).values()].flat(),
  };
}

/** What a person should know of a split before training: sentences without the final stop. */
export function splitNotes({ labelled, val }: Split): string[] {
  if (val.length > 0) return [];
  const patients = groupByPatient(labelled).size;
  const own = patients === 1 ? 'the only annotated patient is' : `all ${patients} annotated patients are`;
  return [
    `there is no validation, as ${own} needed for training: the newest teacher becomes the model, and nothing measures it`,
  ];
}

interface Parts {
  readonly train: readonly Case[];
  readonly val: readonly Case[];
  readonly test: readonly Case[];
}

/** A share such as `5%` or `12.5%`. */
export const PERCENTAGE = /^(\d+(?:\.\d+)?)%$/;

const isAnnotated = (item: Case) => item.label !== undefined;

/** The data set's own parts; validation, where it names none, comes out of its training part. */
function ownParts(dataset: Dataset, parts: NonNullable<Dataset['parts']>, options: SplitOptions): Parts {
  const byId = new Map(dataset.cases.map((item) => [item.id, item]));
  const pick = (ids: readonly string[]) => ids.map((id) => byId.get(id)).filter((item) => item !== undefined);
  const train = pick(parts.train);
  const test = pick(parts.test);
  checkApart(dataset, { train, val: pick(parts.val), test });
  const own = parts.val.length > 0 ? { train, val: pick(parts.val) } : divide(train, { ...options, testFraction: 0 });
  return { ...own, test };
}

const PART_NAMES = { train: 'training', val: 'validation', test: 'test' } as const;

/** A patient in two parts makes results look better than they are. */
function checkApart({ root }: Dataset, parts: Parts): void {
  const partOf = new Map<string, keyof Parts>();
  for (const part of ['train', 'val', 'test'] as const) {
    for (const { patient, imagePath } of parts[part]) {
      const other = partOf.get(patient) ?? part;
      partOf.set(patient, other);
      if (other === part) continue;
      const problem = `${patient} is in the ${PART_NAMES[other]} part and in the ${PART_NAMES[part]} part of this data set, a patient may be in one only`;
      throw new PatchclError('bad-data', problem, {
        subject: imagePath ?? root,
        hint: 'Move all scans of the patient into one part, or say with data.patients whose they are.',
      });
    }
  }
}

/** Validation and test take whole annotated patients, of those the annotated cases; the rest is for training. */
function divide(cases: readonly Case[], { valFraction, testFraction, seed }: SplitOptions): Parts {
  checkFractions(valFraction, testFraction);
  const patients = groupByPatient(cases);
  // Sorted first: the split must not depend on the order in which a file system lists its files.
  const annotated = new Rng(seed, 'split').shuffle(
    [...patients.keys()].filter((patient) => patients.get(patient)?.some(isAnnotated)).sort(),
  );
  const total = annotated.length;
  const valCount = portion(valFraction, total, 2, total - 1);
  const testCount = portion(testFraction, total, 3, total - valCount - 1);
  const casesOf = (names: readonly string[]) => names.flatMap((name) => patients.get(name) ?? []);
  const plain = [...patients.keys()].filter((patient) => !annotated.includes(patient)).sort();
  return {
    val: casesOf(annotated.slice(0, valCount)).filter(isAnnotated),
    test: casesOf(annotated.slice(valCount, valCount + testCount)).filter(isAnnotated),
    train: casesOf([...annotated.slice(valCount + testCount), ...plain]),
  };
}

/** The nearest whole number of patients; at least 1 when there are `enough`, never more than `most`. */
function portion(fraction: number, total: number, enough: number, most: number): number {
  const least = fraction > 0 && total >= enough ? 1 : 0;
  return Math.max(0, Math.min(most, Math.max(least, Math.round(fraction * total))));
}

function checkFractions(val: number, test: number): void {
  for (const [subject, fraction] of [
    ['valFraction', val],
    ['testFraction', test],
  ] as const) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new PatchclError('bad-config', `a fraction of at least 0 and below 1 was expected, not ${fraction}`, {
        subject,
      });
    }
  }
  if (val + test >= 1) {
    throw new PatchclError('bad-config', `validation (${val}) and test (${test}) leave no patient for training`, {
      subject: 'valFraction, testFraction',
      hint: 'Lower them until their sum is below 1.',
    });
  }
}

function checkLabelled(asked: number | string | undefined, available: number, root: string): number {
  const wanted = typeof asked === 'string' ? shareOf(asked, available) : asked;
  if (available === 0) {
    throw new PatchclError('bad-data', 'no training patient has a mask, so there is nothing to learn classes from', {
      subject: root,
      hint: 'Add the mask of at least one training image.',
    });
  }
  if (wanted === undefined) return available;
  if (!Number.isInteger(wanted) || wanted < 1) {
    throw new PatchclError(
      'bad-config',
      `a whole number of patients from 1 to ${available} was expected, not ${wanted}`,
      {
        subject: 'labelled',
      },
    );
  }
  if (wanted > available) {
    throw new PatchclError(
      'bad-config',
      `${wanted} labelled patients were asked for, but only ${available} training patients have masks`,
      {
        subject: 'labelled',
        hint: `Choose at most ${available}.`,
      },
    );
  }
  return wanted;
}

/** `5%` of so many patients, at least one. */
function shareOf(percentage: string, available: number): number {
  const [, percent] = PERCENTAGE.exec(percentage) ?? [];
  return percent === undefined ? Number.NaN : Math.max(1, Math.round((Number(percent) / 100) * available));
}
