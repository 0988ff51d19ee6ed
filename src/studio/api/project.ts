import { z } from 'zod';

/**
 * What is known about one slice. `drawn`: by hand; `accepted`: the model's proposal as it was; `corrected`: the proposal
 * after changes by hand; `imported`: from a file of another program; `given`: the mask that lay in the data set; all of these
 * are labels, and training learns from them. `rejected`: a person refused the proposal, so the slice has no label.
 */
export const SLICE_STATES = ['unlabelled', 'drawn', 'accepted', 'corrected', 'imported', 'given', 'rejected'] as const;
export const sliceStateSchema = z.enum(SLICE_STATES);
export type SliceState = z.infer<typeof sliceStateSchema>;

/** Where a label that is being saved comes from. */
export const PROVENANCES = ['drawn', 'accepted', 'corrected', 'imported'] as const;
export const provenanceSchema = z.enum(PROVENANCES);
export type Provenance = z.infer<typeof provenanceSchema>;

/** Whether training may learn from a slice in this state. */
export function isLabel(state: SliceState): boolean {
  return state !== 'unlabelled' && state !== 'rejected';
}

/** Ids of cases, runs and the like: safe as the name of a file. */
export const idSchema = z.string().regex(/^[^./\\\p{Cc}][^/\\\p{Cc}]{0,199}$/u, 'an id was expected');

const triple = z.tuple([z.number(), z.number(), z.number()]);

/** What reading a scan told. Shapes and slices are those of the studio's orientation, see `Project.orientation`. */
export const measuresSchema = z.object({
  /** [depth, height, width]: so many slices, counted from 0, of so many rows and columns. */
  shape: z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]),
  channels: z.int().min(1),
  /** Distances between voxels along [depth, height, width]. */
  spacing: triple,
  unit: z.enum(['mm', 'px']),
  /** Orientation in which the scan is stored, as `RAS`; absent when its file does not say. Exports are in this one. */
  stored: z.string().optional(),
  /** Intensities that are shown as black and white: percentiles 0.5 and 99.5 of the first channel. */
  window: z.tuple([z.number(), z.number()]),
});
export type Measures = z.infer<typeof measuresSchema>;

export const caseSchema = z.object({
  id: idSchema,
  patient: z.string(),
  /** `uploaded` scans take part in training only when they have labels. */
  origin: z.enum(['data', 'uploaded']),
  /** `unread`: its turn to be read has not come yet. `broken`: it cannot be read, `problem` says why. */
  state: z.enum(['unread', 'ready', 'broken']),
  problem: z.string().optional(),
  /** What is odd about the scan, sentences without the final stop. */
  notes: z.array(z.string()),
  measures: measuresSchema.optional(),
  /** One entry per slice; empty until the scan has been read. */
  slices: z.array(sliceStateSchema),
  /** Grows with every change of the labels. */
  revision: z.int().min(0),
});
export type StudioCase = z.infer<typeof caseSchema>;

export const projectSchema = z.object({
  name: z.string(),
  /** Folder of the scans, which is only read. */
  data: z.string(),
  /** Folder of labels and runs, the only one that is written to. */
  folder: z.string(),
  layout: z.string(),
  /** Class names by label value, background first; at least two. */
  classes: z.array(z.string().min(1)).min(2),
  /**
   * Orientation in which the studio shows and stores everything, axes i (width), j (height), k (depth, across the slices);
   * absent for pictures, which are shown as stored.
   */
  orientation: z.string().optional(),
  cases: z.array(caseSchema),
  /** Files of the data folder that do not fit together. */
  problems: z.array(z.string()),
});
export type Project = z.infer<typeof projectSchema>;

/** New names for the classes; there may be more than before, never fewer than the labels use. */
export const classesRequestSchema = z.strictObject({
  classes: z.array(z.string().trim().min(1).max(64)).min(2).max(64),
});
