import { z } from 'zod';
import { PatchclError } from '../core/errors.ts';
import { type Files, readText } from '../core/files.ts';
import type { DataDigests } from '../data/data-watch.ts';
import type { RequestedConfig } from '../settings/config.ts';
import { configYaml } from '../settings/load-config.ts';
import { hasFile, runPath } from './run-folder.ts';

const checksumsSchema = z.object({
  version: z.literal(1),
  /** SHA-256, hexadecimal, of every checkpoint that may stand in the folder, the newest first. */
  checkpoints: z.array(z.string()),
  /** The settings that the run was started with, as YAML; absent of runs of earlier versions. */
  config: z.string().optional(),
  /** What `data-checksums.json` has now, where a run of an earlier version has it here. */
  data: z.record(z.string(), z.string()).optional(),
});
export type Checksums = z.infer<typeof checksumsSchema>;

/** Apart from the others, which are written anew with every checkpoint: a large data set has megabytes of them. */
const dataChecksumsSchema = z.object({ version: z.literal(1), data: z.record(z.string(), z.string()) });

const NONE: Checksums = { version: 1, checkpoints: [] };

/** SHA-256, hexadecimal. */
export async function checksumOf(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What is known of the files of a run; nothing of those of earlier versions. @throws PatchclError `bad-file` when it is damaged */
export async function readChecksums(files: Files, run: string): Promise<Checksums> {
  if (!(await hasFile(files, run, 'checksums'))) return NONE;
  const hint = 'Remove it to continue without knowing whether the checkpoint is whole.';
  return parsed(checksumsSchema, files, runPath(run, 'checksums'), hint);
}

/** Checksums of the scans and masks that a run was started with, by cases; undefined of runs of earlier versions. @throws PatchclError as above */
export async function readDataChecksums(files: Files, run: string): Promise<DataDigests | undefined> {
  if (!(await hasFile(files, run, 'dataChecksums'))) return (await readChecksums(files, run)).data;
  const hint = 'Remove it to continue without knowing whether the data have changed.';
  return (await parsed(dataChecksumsSchema, files, runPath(run, 'dataChecksums'), hint)).data;
}

async function parsed<T>(schema: z.ZodType<T>, files: Files, path: string, hint: string): Promise<T> {
  try {
    return schema.parse(JSON.parse(await readText(files, path)));
  } catch (cause) {
    throw new PatchclError('bad-file', 'this file is damaged', { subject: path, hint, cause });
  }
}

/** Writes down which checkpoints may stand in the folder. */
export async function rememberCheckpoint(files: Files, run: string, checkpoints: readonly string[]): Promise<void> {
  await write(files, run, { ...(await readChecksums(files, run)), checkpoints: [...checkpoints] });
}

/** Writes down the settings that a run trains with. */
export async function rememberConfig(files: Files, run: string, config: RequestedConfig): Promise<void> {
  await write(files, run, { ...(await readChecksums(files, run)), config: configYaml(config) });
}

/** Writes down what a run has read. */
export async function rememberData(files: Files, run: string, data: DataDigests): Promise<void> {
  await files.write(runPath(run, 'dataChecksums'), `${JSON.stringify({ version: 1, data }, null, 2)}\n`);
}

async function write(files: Files, run: string, checksums: Checksums): Promise<void> {
  await files.write(runPath(run, 'checksums'), `${JSON.stringify(checksums, null, 2)}\n`);
}
