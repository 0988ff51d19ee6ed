import { PatchclError } from '../core/errors.ts';
import { baseName, type Files } from '../core/files.ts';
import { readSafetensors, writeSafetensors } from '../formats/index.ts';
import { type Checkpoint, progressSchema } from '../train/checkpoint.ts';
import { checksumOf, readChecksums, rememberCheckpoint } from './checksums.ts';
import { hasFile, runPath } from './run-folder.ts';

/** Which checkpoint of a run: the last one, or the one before it. */
export type WhichCheckpoint = 'checkpoint' | 'before';

/**
 * Writes a checkpoint, whole or not at all. The last one becomes the one before it, unless it is damaged. Checksums of both
 * stand beside them, that of the new one before it does: whatever is found after a crash is known.
 */
export async function saveCheckpoint(files: Files, run: string, { progress, state }: Checkpoint): Promise<void> {
  const bytes = writeSafetensors({ tensors: state, metadata: { progress: JSON.stringify(progress) } });
  const path = runPath(run, 'checkpoint');
  const last = (await hasFile(files, run, 'checkpoint')) ? await files.read(path) : undefined;
  const lastSum = last && (await checksumOf(last));
  const { checkpoints } = await readChecksums(files, run);
  const isWhole = lastSum !== undefined && (checkpoints.length === 0 || checkpoints.includes(lastSum));
  const kept = isWhole ? [lastSum] : checkpoints;
  await rememberCheckpoint(files, run, [await checksumOf(bytes), ...kept]);
  if (last !== undefined && isWhole) await files.write(runPath(run, 'before'), last);
  await files.write(path, bytes);
}

/**
 * Reads a checkpoint and makes sure that it is what training has written.
 *
 * @throws PatchclError `bad-file` when it is damaged, saying whether the one before it is whole
 */
export async function loadCheckpoint(
  files: Files,
  run: string,
  which: WhichCheckpoint = 'checkpoint',
): Promise<Checkpoint> {
  try {
    return await readWhole(files, run, which);
  } catch (cause) {
    if (!(cause instanceof PatchclError) || which === 'before') throw cause;
    const before = await readWhole(files, run, 'before').catch(() => undefined);
    if (before === undefined) throw cause;
    const hint = `The one before it, of step ${before.progress.step}, is whole: continue from that with --resume-before in place of --resume.`;
    throw new PatchclError(cause.code, cause.problem, { subject: runPath(run, which), hint, cause });
  }
}

/** The last checkpoint of a run, or the one before it where the last one is damaged. */
export async function wholeCheckpoint(files: Files, run: string): Promise<WhichCheckpoint> {
  const isWhole = (which: WhichCheckpoint) =>
    readWhole(files, run, which).then(
      () => true,
      () => false,
    );
  return !(await isWhole('checkpoint')) && (await isWhole('before')) ? 'before' : 'checkpoint';
}

async function readWhole(files: Files, run: string, which: WhichCheckpoint): Promise<Checkpoint> {
  const path = runPath(run, which);
  const bytes = await files.read(path);
  const { checkpoints } = await readChecksums(files, run);
  const { tensors, metadata } = readSafetensors(bytes, path);
  // Runs of earlier versions have no checksums.
  if (checkpoints.length > 0 && !checkpoints.includes(await checksumOf(bytes))) {
    const problem = 'this checkpoint is damaged: its checksum is not the one that was written down';
    const hint = `Take ${baseName(path)} from a copy, or train again.`;
    throw new PatchclError('bad-file', problem, { subject: path, hint });
  }
  const parsed = progressSchema.safeParse(progressOf(metadata.progress));
  if (!parsed.success) {
    throw new PatchclError('bad-file', 'this is not a checkpoint of a training run', {
      subject: path,
      hint: 'Point to a run folder that patchcl train has written.',
      cause: parsed.error,
    });
  }
  return { progress: parsed.data, state: tensors };
}

function progressOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
