import { z } from 'zod';
import { isArchive } from '../core/archive-address.ts';
import { PatchclError } from '../core/errors.ts';
import { type Files, readText } from '../core/files.ts';
import { planesOf } from '../data/preparation.ts';
import type { UNetOptions } from '../nn/unet.ts';
import { preparationSchema } from '../predict/model-file.ts';
import type { Config } from '../settings/config.ts';
import { runPath } from './run-folder.ts';

export const factsSchema = z.strictObject({
  version: z.literal(1),
  /** Names of patchcl, Node and ONNX Runtime with their versions. */
  versions: z.record(z.string(), z.string()),
  device: z.string(),
  /** When it was started: ISO 8601, UTC. Runs of early versions have none. */
  date: z.iso.datetime().exactOptional(),
  /** The command that started it. Without one a program or the studio did, or an early version. */
  command: z.string().exactOptional(),
  /** Seconds that training has taken when it last ended, reading included, breaks left out. Runs of early versions have none. */
  duration: z.number().min(0).exactOptional(),
  /** Which scans and masks have changed while it trained; a run during which none has says nothing. */
  changes: z.string().exactOptional(),
  /** Folder of the data set, or address of the archive. Runs of early versions have it as it was given, relative to where they were trained from. */
  data: z.string(),
  /** Whether a program has handed the data set over; `data` is then only its name. */
  handedOver: z.literal(true).exactOptional(),
  /** The earlier run whose network it started from; its weights are in `start.safetensors`. */
  start: z.strictObject({ run: z.string(), step: z.int(), network: z.enum(['student', 'teacher']) }).exactOptional(),
  /** Image channels. */
  channels: z.int(),
  classes: z.array(z.string()),
  /** The value that stands in masks for each class, where that is not its place in the list. */
  values: z.array(z.int().min(0).max(255)).exactOptional(),
  /** The value of voxels that nobody has annotated. */
  ignore: z.int().min(0).max(255).exactOptional(),
  preparation: preparationSchema,
  /** What was chosen where the configuration left it open, and why. Runs of early versions have none. */
  plan: z
    .strictObject({
      size: z.int().min(1),
      widths: z.array(z.int().min(1)),
      /** Runs of early versions have none. */
      singleParts: z.strictObject({ inScans: z.array(z.int()), inSlices: z.array(z.int()) }).exactOptional(),
      /** Share of the images that are mirrored and turned. Runs of early versions have none: all are. */
      turned: z.number().min(0).max(1).exactOptional(),
      /** That unlabelled images take no part though the method could use them. */
      labelsAlone: z.literal(true).exactOptional(),
      reasons: z.record(z.string(), z.string()),
    })
    .exactOptional(),
  /** Images (slices) per part; cases for validation and test. */
  counts: z.record(z.string(), z.strictObject({ patients: z.int(), images: z.int() })),
});

/** What a run found out about its data and machine: with configuration and split, all that later commands need. */
export type RunFacts = z.infer<typeof factsSchema>;

/** Writes the facts down; the run can then be used from any folder. */
export async function saveFacts(files: Files, run: string, facts: RunFacts): Promise<void> {
  const { handedOver, data } = facts;
  const isFolder = handedOver !== true && !isArchive(data);
  const saved: RunFacts = { ...facts, data: isFolder ? files.absolute(data) : data };
  await files.write(runPath(run, 'facts'), `${JSON.stringify(saved, null, 2)}\n`);
}

/** Adds what is known of a run at its end; all else stays as it was written. */
export async function addFacts(
  files: Files,
  run: string,
  more: Pick<RunFacts, 'duration'> | Pick<RunFacts, 'changes'>,
): Promise<void> {
  const facts: RunFacts = { ...(await loadFacts(files, run)), ...more };
  await files.write(runPath(run, 'facts'), `${JSON.stringify(facts, null, 2)}\n`);
}

/** @throws PatchclError `bad-file` when the folder is no run */
export async function loadFacts(files: Files, run: string): Promise<RunFacts> {
  const path = runPath(run, 'facts');
  const hint = 'Point to a run folder that patchcl train has written.';
  let cause: unknown;
  try {
    const parsed = factsSchema.safeParse(JSON.parse(await readText(files, path)));
    if (parsed.success) return parsed.data;
    cause = parsed.error;
  } catch (error) {
    cause = error;
  }
  throw new PatchclError('bad-file', 'this is not the record of a training run', { subject: path, hint, cause });
}

/**
 * The folder of the data that a run was trained on, or the address of their archive.
 *
 * @param hint what a person can do where it is no longer there
 * @throws PatchclError `bad-file` when it is not, or the folder is no run
 */
export async function dataOfRun(files: Files, run: string, hint = 'Give its place with --data.'): Promise<string> {
  const { data, handedOver } = await loadFacts(files, run);
  if (handedOver === true) {
    const problem = `the run was trained on data that a program handed over (${data}), not on a folder`;
    const what = 'In that program, hand the same data set over again';
    throw new PatchclError('bad-usage', problem, {
      subject: run,
      hint: `${what}; on the command line, give a folder with --data.`,
    });
  }
  if (isArchive(data) || (await files.kind(data)) === 'folder') return data;
  throw new PatchclError('bad-file', `the run was trained on ${data}, which is not there`, { subject: run, hint });
}

/** The network a configuration means for images of so many channels and classes, neighbouring slices among the channels. */
export function networkOf(
  { network }: Pick<Config, 'network'>,
  facts: Pick<RunFacts, 'channels' | 'classes' | 'preparation'>,
): UNetOptions {
  const planes = planesOf(facts.preparation);
  const channels = planes * facts.channels;
  return { ...network, channels, classes: facts.classes.length, ...(planes > 1 && { planes }) };
}
