import { PatchclError } from '../../core/errors.ts';
import { append, largestOf } from '../../core/lists.ts';
import { canRead, isVolumeFile } from '../../formats/index.ts';
import { defaultClassNames, readingOf } from '../classes.ts';
import { mapConcurrently } from '../concurrency.ts';
import type { Case, Dataset, PatientDecision } from '../dataset.ts';
import type { Found } from '../layouts/found.ts';
import { groupByPatient } from '../patients.ts';
import { acrossCases } from './across-cases.ts';
import { type CaseFacts, type InspectedCase, inspectCase } from './inspect-case.ts';
import type { Suspicion } from './suspicion.ts';

/** Voxels of a class over all masks. */
export interface ClassShare {
  readonly name: string;
  /** The value that stands for it in masks. */
  readonly value: number;
  readonly voxels: number;
  /** Of all voxels of all masks, in [0, 1]. */
  readonly share: number;
  /** Masks in which the class occurs. */
  readonly masks: number;
}

/** What a data set is like; plain data, written as JSON as it is. */
export interface Inspection {
  readonly layout: string;
  readonly root: string;
  readonly counts: {
    readonly cases: number;
    readonly patients: number;
    readonly labelled: number;
    readonly labelledPatients: number;
    readonly unreadable: number;
  };
  /** How patients were told apart. */
  readonly patients?: PatientDecision;
  /** Cases in the parts that the data set defines itself. */
  readonly parts?: Readonly<Record<string, number>>;
  readonly channels?: readonly string[];
  readonly classes: readonly ClassShare[];
  readonly suspicions: readonly Suspicion[];
  readonly cases: readonly CaseFacts[];
}

export interface InspectOptions {
  /** Called after each case. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Looks at one case, the n-th of the data set; default: here and now. What it throws as a `PatchclError` makes the case unreadable. */
  readonly inspect?: (item: Case, index: number) => Promise<InspectedCase>;
}

/** Whether all scans are files of one slice, of which several fit into memory. */
export function arePictures({ cases }: Pick<Dataset, 'cases'>): boolean {
  return cases.every(({ imagePath = '' }) => canRead(imagePath) && !isVolumeFile(imagePath));
}

/**
 * Reads every case of a data set, volumes one at a time, and says what it is like and what looks wrong. Broken files are listed and
 * do not stop the rest.
 *
 * @returns the facts, and the cases that training could use
 */
export async function inspectDataset(
  { dataset, problems }: Found,
  { onProgress, inspect }: InspectOptions = {},
): Promise<{ readonly inspection: Inspection; readonly usable: readonly Case[] }> {
  const cases: CaseFacts[] = [];
  const usable: Case[] = [];
  const suspicions: Suspicion[] = problems.map(({ message, subject = dataset.root }) => {
    return { kind: 'layout', subject, problem: message.replace(`${subject}: `, '') };
  });
  if (dataset.patients?.doubt !== undefined) {
    suspicions.push({ kind: 'patients', subject: dataset.root, problem: dataset.patients.doubt });
  }
  for (const note of dataset.notes ?? []) suspicions.push({ kind: 'note', subject: dataset.root, problem: note });
  // Volumes one at a time, for want of memory; pictures several, so that the processor need not wait for the disk.
  const concurrency = arePictures(dataset) ? 4 : 1;
  let done = 0;
  const look = inspect ?? ((item: Case) => inspectCase(item, readingOf(dataset.ignoreLabel)));
  const inspected = await mapConcurrently(dataset.cases, concurrency, async (item, index) => {
    const found = await look(item, index).catch((error: unknown) => unreadable(item, error));
    onProgress?.(++done, dataset.cases.length);
    return found;
  });
  for (const [index, item] of dataset.cases.entries()) {
    const found = inspected[index] as InspectedCase;
    if (found.facts !== undefined) cases.push(found.facts);
    if (found.isUsable) usable.push(item);
    append(suspicions, found.suspicions);
  }
  append(suspicions, acrossCases(cases, dataset));
  const labelled = dataset.cases.filter(({ label }) => label !== undefined);
  const { parts, channels } = dataset;
  const inspection: Inspection = {
    layout: dataset.layout,
    root: dataset.root,
    counts: {
      cases: dataset.cases.length,
      patients: groupByPatient(dataset.cases).size,
      labelled: labelled.length,
      labelledPatients: groupByPatient(labelled).size,
      unreadable: suspicions.filter(({ kind }) => kind === 'unreadable').length,
    },
    ...(dataset.patients === undefined ? {} : { patients: dataset.patients }),
    ...(parts === undefined ? {} : { parts: mapLengths(parts) }),
    ...(channels === undefined ? {} : { channels }),
    classes: classShares(cases, dataset),
    suspicions,
    cases,
  };
  return { inspection, usable };
}

function unreadable(item: Case, error: unknown): InspectedCase {
  if (!(error instanceof PatchclError)) throw error;
  const subject = item.imagePath ?? item.id;
  const problem = error.message.replace(`${subject}: `, '');
  return { isUsable: false, suspicions: [{ kind: 'unreadable', subject, problem }] };
}

function mapLengths(parts: Readonly<Record<string, readonly string[]>>): Record<string, number> {
  return Object.fromEntries(Object.entries(parts).map(([name, ids]) => [name, ids.length]));
}

/** The classes that are stated, else those that masks have; what nobody has annotated is none, and in no share. */
function classShares(
  cases: readonly CaseFacts[],
  { classes: stated, labelValues, ignoreLabel }: Dataset,
): ClassShare[] {
  const masks = cases.flatMap(({ labels }) => (labels === undefined ? [] : [labels]));
  const count = largestOf(
    masks.map(({ length }) => length),
    stated?.length ?? 0,
  );
  const counted = masks.flatMap((labels) => labels.filter((_, value) => value !== ignoreLabel));
  const total = counted.reduce((sum, voxels) => sum + voxels, 0);
  const isNamed = (value: number) => labelValues?.includes(value) ?? (stated?.length ?? 0) > value;
  const shares = defaultClassNames(count).map((fallback, value) => {
    const voxels = masks.reduce((sum, labels) => sum + (labels[value] ?? 0), 0);
    const withClass = masks.filter((labels) => (labels[value] ?? 0) > 0).length;
    const share = total === 0 ? 0 : voxels / total;
    return { name: stated?.[value] ?? fallback, value, voxels, share, masks: withClass };
  });
  return shares.filter(({ value, masks: some }) => value !== ignoreLabel && (value < 2 || some > 0 || isNamed(value)));
}
