import { z } from 'zod';
import { PatchclError } from '../core/errors.ts';
import type { Files } from '../core/files.ts';
import { readSafetensors, writeSafetensors } from '../formats/safetensors.ts';
import type { TrainingState } from './state.ts';

const planEntry = z.strictObject({ step: z.int(), progress: z.number(), totalSteps: z.int() });

const progressSchema = z.strictObject({
  /** Steps done. */
  step: z.int().min(0),
  /** Absent while a time-budgeted training has not been planned yet. */
  plan: z.tuple([planEntry], planEntry).optional(),
  /** Validations done. */
  validations: z.int().min(0),
  best: z.strictObject({ dice: z.number(), step: z.int(), network: z.enum(['student', 'teacher']) }).optional(),
});

/** How far a training is. Holds no clock, so equal trainings write equal checkpoints. */
export type Progress = z.infer<typeof progressSchema>;

export interface Checkpoint {
  readonly progress: Progress;
  readonly state: TrainingState;
}

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
