import { PatchclError } from '../core/errors.ts';
import type { Files } from '../core/files.ts';
import { readSafetensors, writeSafetensors } from '../formats/index.ts';
import { type Checkpoint, progressSchema } from '../train/checkpoint.ts';

/** Writes a checkpoint, whole or not at all. */
export async function saveCheckpoint(files: Files, path: string, { progress, state }: Checkpoint): Promise<void> {
  await files.write(path, writeSafetensors({ tensors: state, metadata: { progress: JSON.stringify(progress) } }));
}

/** @throws PatchclError `bad-file` when it is damaged */
export async function loadCheckpoint(files: Files, path: string): Promise<Checkpoint> {
  const { tensors, metadata } = readSafetensors(await files.read(path), path);
  const parsed = progressSchema.safeParse(JSON.parse(metadata.progress ?? 'null'));
  if (!parsed.success) {
    throw new PatchclError('bad-file', 'this is not a checkpoint of a training run', {
      subject: path,
      hint: 'Point to a run folder that patchcl train has written.',
      cause: parsed.error,
    });
  }
  return { progress: parsed.data, state: tensors };
}
