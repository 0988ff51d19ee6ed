import { z } from 'zod';
import type { TrainingState } from './state.ts';

const planEntry = z.strictObject({ step: z.int(), progress: z.number(), totalSteps: z.int() });

export const progressSchema = z.strictObject({
  /** Steps done. */
  step: z.int().min(0),
  /** Absent while a time-budgeted training has not been planned yet. */
  plan: z.tuple([planEntry], planEntry).optional(),
  /** Validations done. */
  validations: z.int().min(0),
  best: z
    .strictObject({
      /** Null where there was nothing to measure, for which earlier versions have written -1. */
      dice: z
        .number()
        .nullable()
        .transform((dice) => (dice === -1 ? null : dice)),
      step: z.int(),
      network: z.enum(['student', 'teacher']),
    })
    .optional(),
});

/** How far a training is. Holds no clock, so equal trainings write equal checkpoints. */
export type Progress = z.infer<typeof progressSchema>;

export interface Checkpoint {
  readonly progress: Progress;
  readonly state: TrainingState;
}
