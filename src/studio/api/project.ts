import { z } from 'zod';

/**
 * What is known about one slice. These are labels, and training learns from them:
 *
 * - `drawn`: by hand;
 * - `interpolated`: filled in between slices that a person has labelled;
 * - `accepted`: the model's proposal as it was;
 * - `corrected`: the proposal after changes by hand;
 * - `imported`: from a file of another program;
 * - `given`: the mask that lay in the data set.
 *
 * `rejected`: a person refused the proposal, so the slice has no label.
 */
export const SLICE_STATES = [
  'unlabelled',
  'drawn',
  'interpolated',
  'accepted',
  'corrected',
  'imported',
  'given',
  'rejected',
] as const;
export const sliceStateSchema = z.enum(SLICE_STATES);
/** What the label of a slice is. */
export type SliceState = z.infer<typeof sliceStateSchema>;

/** Where a label that is being saved comes from. */
export const PROVENANCES = ['drawn', 'interpolated', 'accepted', 'corrected', 'imported'] as const;
export const provenanceSchema = z.enum(PROVENANCES);
/** Where the label of a slice comes from. */
export type Provenance = z.infer<typeof provenanceSchema>;

/** Whether training may learn from a slice in this state. */
export function isLabel(state: SliceState): boolean {
  return state !== 'unlabelled' && state !== 'rejected';
}

/** Whether a label is a person's own work, which no proposal takes the place of unasked. */
export function isPersonal(state: SliceState): boolean {
  return isLabel(state) && state !== 'accepted';
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
  /** Orientation of the slices as they are counted and labelled; absent when its file does not say how the scan lies: then nothing is turned or lettered. */
  orientation: z.string().optional(),
  /** Row-major 4x4 matrix from [column, row, slice, 1] to millimetres (x to the right, y to the front, z to the head); absent where either is not known. */
  affine: z.array(z.number()).length(16).optional(),
  /** Intensities that are shown as black and white: percentiles 0.5 and 99.5 of the first channel. */
  window: z.tuple([z.number(), z.number()]),
  /** Windows that its file states. */
  windows: z.array(z.object({ name: z.string(), low: z.number(), high: z.number() })).optional(),
  /** Whether values are Hounsfield units: `stated` by the file or the data set, or only `likely`; absent: they are not, as far as is known. */
  hounsfield: z.enum(['stated', 'likely']).optional(),
});
/** How a scan lies: its grid, its orientation, and the window in which it is shown. */
export type Measures = z.infer<typeof measuresSchema>;

export const maskFormatSchema = z.enum(['nifti', 'dicom-seg', 'png', 'tiff']);
/** The formats in which a mask can be taken home. */
export type StudioMaskFormat = z.infer<typeof maskFormatSchema>;

/** Something that was done to the labels of a case. */
const actionNameSchema = z.object({ action: z.int(), name: z.string() });

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
  /** Grows with every change of the labels: the last action that was done to them. */
  revision: z.int().min(0),
  /** The action that each slice was changed by last, 0 for none; empty where nothing has ever been changed. */
  versions: z.array(z.int().min(0)),
  /** Formats in which a mask of it can be exported, its own first. */
  formats: z.array(maskFormatSchema),
  /** What undoing would take back, and what would be done again. */
  undo: actionNameSchema.optional(),
  redo: actionNameSchema.optional(),
});
/** One scan of the project, with the state of its slices. */
export type StudioCase = z.infer<typeof caseSchema>;

/** A class as it is listed. */
export const classSchema = z.object({
  /** Its label value, which it keeps whatever happens to the others. */
  value: z.int().min(1),
  name: z.string().min(1),
  /** As `#1a9641`. */
  colour: z.string(),
  /** Drawing leaves its pixels as they are. */
  isLocked: z.boolean(),
  isHidden: z.boolean(),
});
/** One class: its name, its value in masks and its colour. */
export type StudioClass = z.infer<typeof classSchema>;

export const projectSchema = z.object({
  name: z.string(),
  /** Folder of the scans, which is only read. */
  data: z.string(),
  /** Folder of labels and runs, the only one that is written to. */
  folder: z.string(),
  layout: z.string(),
  /** Class names by label value, background first; at least two. Those of removed classes stay, so that values keep their places. */
  classes: z.array(z.string().min(1)).min(2),
  /** The classes that there are, in the order in which they are listed; without background and without removed ones. */
  palette: z.array(classSchema),
  /** Classes that were removed: their pixels are kept, count as background, and come back with the class. */
  removed: z.array(z.object({ value: z.int().min(1), name: z.string() })),
  /**
   * Orientation to which scans are brought, axes i (width), j (height), k (depth, across the slices); absent for sets of pictures.
   * A scan whose file does not say how it lies stays as it is stored: `Measures.orientation` tells of each.
   */
  orientation: z.string().optional(),
  cases: z.array(caseSchema),
  /** Cases that were left out of the project. Their files and labels are kept. */
  leftOut: z.array(z.string()),
  /** Patients that judge models: held out of training. `isChosen`: by a person; else the studio lets patients join. */
  heldOut: z.object({ patients: z.array(z.string()), isChosen: z.boolean() }),
  /** How patients were told apart, and why that may be wrong: sentences without the final stop. Absent where the data says nothing of it. */
  patients: z.object({ rule: z.string(), doubt: z.string().optional() }).optional(),
  /** Whether its masks mark pixels that nobody has annotated: value 255 here, ignored in training. */
  hasIgnored: z.boolean(),
  /** Files of the data folder that do not fit together. */
  problems: z.array(z.string()),
});
/** The project: its classes, its cases and what can be done with them. */
export type Project = z.infer<typeof projectSchema>;

/** New names for the classes; there may be more than before, never fewer than the labels use. */
export const classesRequestSchema = z.strictObject({
  classes: z.array(z.string().trim().min(1).max(64)).min(2).max(64),
});

const colour = z.string().regex(/^#[0-9a-f]{6}$/i, 'a colour as #1a9641 was expected');

/** The classes as they are to be listed. Those without a value are new; removed are only those that are named so. */
export const paletteRequestSchema = z.strictObject({
  palette: z
    .array(
      z.strictObject({
        value: z.int().min(1).max(255).optional(),
        name: z.string().trim().min(1).max(64),
        colour: colour.optional(),
        isLocked: z.boolean().optional(),
        isHidden: z.boolean().optional(),
      }),
    )
    .max(255),
  remove: z.array(z.int().min(1)).default([]),
});
/** Names and colours of the classes, as a person wants them. */
export type PaletteRequest = z.infer<typeof paletteRequestSchema>;

/** How much is labelled as each class. */
export const classUseSchema = z.object({
  classes: z.array(z.object({ value: z.int(), cases: z.int(), slices: z.int(), pixels: z.int() })),
});

/** What was ever done to the labels of a case, oldest first. */
export const historySchema = z.object({
  actions: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      /** ISO 8601. */
      at: z.string(),
      /** Who did it, where a program such as 3D Slicer has said so. */
      by: z.string().optional(),
      /** The action that it took back, or did again. */
      undoes: z.int().optional(),
      redoes: z.int().optional(),
      slices: z.array(
        z.object({
          slice: z.int(),
          /** The version before: `mask?revision=` gives it. */
          from: z.int(),
          state: sliceStateSchema,
          run: z.string().optional(),
        }),
      ),
    }),
  ),
});

/** What an edit has come to: the case as it is now, and slices by what became of them. */
export const editedSchema = caseSchema.extend({
  written: z.array(z.int()),
  /** Left as they are, since they have a label of a person's. */
  kept: z.array(z.int()),
  /** Had changed since what the edit is based on: the edit went into what was there. */
  merged: z.array(z.int()),
});
/** What an edit has come to: the case as it is now, and slices by what became of them. */
export type EditedCase = z.infer<typeof editedSchema>;
