import { PatchclError } from '../core/errors.ts';
import { baseName, type Files } from '../core/files.ts';
import type { Dataset, Split } from '../data/dataset.ts';
import type { Manifest } from '../data/manifest.ts';
import { type FloatTensor, readSafetensors } from '../formats/index.ts';
import type { RequestedConfig } from '../settings/config.ts';
import { requestedSplit } from '../settings/plan.ts';
import type { NetworkName } from '../train/state.ts';
import { openRun } from './open-run.ts';
import { hasFile, runPath } from './run-folder.ts';

/** The best network of an earlier run, which a new one starts from. */
export interface WarmStart {
  /** Folder of the earlier run. */
  readonly run: string;
  readonly step: number;
  readonly network: NetworkName;
  /** The file that the weights are in, as it is. */
  readonly file: Uint8Array;
  /** Weights of the U-Net, by the names of its parameters. */
  readonly weights: Readonly<Record<string, FloatTensor>>;
  readonly manifest: Manifest;
}

/** @throws PatchclError `bad-usage` for a folder that is no run, or one without a validation yet, `bad-file` when it is damaged */
export async function openWarmStart(files: Files, folder: string): Promise<WarmStart> {
  const run = openRun(files, folder);
  const manifest = await run.manifest();
  if (!(await hasFile(files, folder, 'best'))) {
    const hint = `Train on with: patchcl train --resume --out ${folder}`;
    throw new PatchclError('bad-usage', 'there are no weights to start from, the run has not validated yet', {
      subject: folder,
      hint,
    });
  }
  const { step, network } = await run.best();
  const file = await files.read(runPath(folder, 'best'));
  const { tensors } = readSafetensors(file, runPath(folder, 'best'));
  return { run: folder, step, network, file, weights: tensors, manifest };
}

/**
 * The split that a configuration asks for. With a start the patients whom the earlier run has held out stay held out.
 *
 * @throws PatchclError as `requestedSplit`; `bad-data` where somebody whose masks the earlier run has learned would judge the new
 * one, `bad-usage` where the classes are others
 */
export async function splitAfter(start: WarmStart | undefined, dataset: Dataset, requested: RequestedConfig) {
  const found = await requestedSplit(start === undefined ? dataset : heldOutAsBefore(dataset, start), requested);
  if (start !== undefined) checkWarmStart(start, found.split, found.scheme.classes);
  return found;
}

/**
 * The data set with the parts of the earlier run, where it holds that run's cases and has no parts of its own: who was held out stays
 * held out, everybody else is for training.
 */
function heldOutAsBefore(dataset: Dataset, { manifest }: Pick<WarmStart, 'manifest'>): Dataset {
  const { val, test } = manifest.parts;
  if (dataset.parts !== undefined || val.length === 0) return dataset;
  const annotated = new Set(dataset.cases.filter(({ label }) => label !== undefined).map(({ id }) => id));
  const known = (part: typeof val) => part.flatMap(({ cases }) => cases).filter((id) => annotated.has(id));
  const parts = { val: known(val), test: known(test) };
  if (parts.val.length === 0) return dataset;
  const patients = new Set([...val, ...test].map(({ patient }) => patient));
  const train = dataset.cases.filter(({ patient }) => !patients.has(patient)).map(({ id }) => id);
  return { ...dataset, parts: { train, ...parts } };
}

/** A patient whose masks the earlier run has learned must not judge the new one. */
function checkWarmStart(
  { run, manifest }: Pick<WarmStart, 'run' | 'manifest'>,
  { val, test }: Pick<Split, 'val' | 'test'>,
  classes: readonly string[],
): void {
  const learned = new Set(manifest.parts.labelled.map(({ patient }) => patient));
  const judge = [...val, ...test].find(({ patient }) => learned.has(patient));
  if (judge !== undefined) {
    const problem = `it has learned the masks of ${judge.patient}, who is held out here, so results would look better than they are`;
    const hint =
      'Start anew, or hold out other patients: with another seed, or with data.valFraction and data.testFraction.';
    throw new PatchclError('bad-data', problem, { subject: run, hint });
  }
  if (manifest.classes.join('\n') === classes.join('\n')) return;
  const problem = `its classes are ${manifest.classes.join(', ')}, those of the data are ${classes.join(', ')}`;
  throw new PatchclError('bad-usage', problem, { subject: run, hint: 'Start from a run with the same classes.' });
}

/** A sentence for the person, without the final stop. */
export function warmStartNote({ run, step, network }: WarmStart): string {
  return `starts from the ${network} of step ${step} of ${baseName(run)}`;
}
