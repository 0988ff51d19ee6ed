import { z } from 'zod';
import { idSchema } from './project.ts';

/** What a training is asked to do. `settings` are those of a configuration file, nested; unknown ones are errors. */
export const trainingRequestSchema = z.strictObject({
  /** Wall-clock minutes; without these and `steps`: 10. */
  minutes: z.number().positive().max(100_000).optional(),
  steps: z.int().min(1).optional(),
  method: z.string().optional(),
  preset: z.string().optional(),
  settings: z.record(z.string(), z.unknown()).optional(),
  /** Cases whose pseudo-labels are shown while training; default: three without labels. At most 8. */
  watch: z.array(idSchema).max(8).optional(),
});
/** What a training is asked to do. */
export type TrainingRequest = z.infer<typeof trainingRequestSchema>;

/** What a run can be. */
export const RUN_STATES = [
  'starting', // the process reads the scans
  'training',
  'pausing', // a checkpoint is being written
  'paused', // resumable, by a person's wish
  'interrupted', // resumable: the studio ended while it trained
  'crashed', // the process died; resumable where there is a checkpoint
  'finishing', // model and report are being written
  'stopped', // ended early by a person, with a model where it had come to a validation
  'finished',
] as const;
const runStateSchema = z.enum(RUN_STATES);
/** What a run is at the moment. */
export type RunState = z.infer<typeof runStateSchema>;

/** Labels a run learned from, as they were when it started. */
const labelCountsSchema = z.object({
  cases: z.int().min(0),
  slices: z.int().min(0),
  /** Slices by provenance. */
  by: z.record(z.string(), z.int().min(0)),
});
/** Labels that a run learned from, as they were when it started. */
export type LabelCounts = z.infer<typeof labelCountsSchema>;

const bestSchema = z.object({
  /** Mean validation Dice; null without validation cases. */
  dice: z.number().nullable(),
  step: z.int(),
  network: z.enum(['student', 'teacher']),
});

export const progressSchema = z.object({
  step: z.int().min(0),
  /** Null until the training has been planned to its time. */
  totalSteps: z.int().nullable(),
  phase: z.string(),
  /** Null while nothing is known. */
  secondsLeft: z.number().nullable(),
  imagesPerSecond: z.number(),
  /** Loss and its parts by name, as `loss`, `supervised`, `consistency`, `contrast`. */
  losses: z.record(z.string(), z.number()),
});
/** How far a training is. */
export type TrainingProgress = z.infer<typeof progressSchema>;

/** A training run, or a model that was loaded from a file. */
export const runSchema = z.object({
  id: idSchema,
  kind: z.enum(['run', 'model']),
  state: runStateSchema,
  /** Whether `resume` can continue it. */
  resumable: z.boolean(),
  /** ISO 8601. */
  created: z.string(),
  /** When work on it ended, ISO 8601; absent while it goes on, and for runs of earlier versions. */
  ended: z.string().optional(),
  method: z.string(),
  preset: z.string(),
  classes: z.array(z.string()),
  labels: labelCountsSchema,
  /** Cases it learned from; absent where nobody has written them down. */
  trained: z.array(z.string()).optional(),
  /** Cases it is validated on. */
  validation: z.array(z.string()),
  best: bestSchema.optional(),
  progress: progressSchema.optional(),
  /** Whether it can segment. */
  hasModel: z.boolean(),
  hasReport: z.boolean(),
  /** Why it crashed, one sentence. */
  problem: z.string().optional(),
});
/** One training, as lists show it. */
export type Run = z.infer<typeof runSchema>;

/** The model that proposes when nobody says which. */
export const proposingModelSchema = z.object({
  run: idSchema,
  step: z.int(),
  /** By a person; else a run that is complete and better takes its place. */
  isChosen: z.boolean(),
  /** Why it is this one, a sentence without the final stop. */
  because: z.string(),
});
/** Which model proposes. */
export type ProposingModel = z.infer<typeof proposingModelSchema>;

/** What a training that is started now would learn from, and what would judge it. */
export const trainingPlanSchema = z.object({
  labels: labelCountsSchema,
  /** Scans without labels that it would learn from too. */
  unlabelled: z.int(),
  /** Scans it would be validated on, and how many of their slices judge. */
  heldOut: z.array(z.object({ case: idSchema, patient: z.string(), slices: z.int() })),
  /** Held-out slices that do not judge, since their label is what a model proposed. */
  acceptedOnly: z.int(),
});
/** What a training that is started now would learn from, and what would judge it. */
export type TrainingPlan = z.infer<typeof trainingPlanSchema>;

export const runsSchema = z.object({
  /** Oldest first. */
  runs: z.array(runSchema),
  /** The run that is under way or was last; training control is about this one. */
  current: idSchema.optional(),
  /** Absent while there is no model. */
  proposes: proposingModelSchema.optional(),
});
/** All trainings and loaded models. */
export type Runs = z.infer<typeof runsSchema>;

/** Values of one name over the steps of a run, for curves: `steps[i]` has `values[i]`. */
export const seriesSchema = z.object({
  name: z.string(),
  steps: z.array(z.int()),
  values: z.array(z.number().nullable()),
});

/** All that is kept of a run: enough to compare it with others. */
export const runDetailSchema = runSchema.extend({
  /** Resolved configuration, YAML. */
  config: z.string(),
  series: z.array(seriesSchema),
  /** Names and versions of programs and machine. */
  versions: z.record(z.string(), z.string()),
});
/** One training, with its configuration and curves. */
export type RunDetail = z.infer<typeof runDetailSchema>;
