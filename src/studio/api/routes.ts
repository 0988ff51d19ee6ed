import { z } from 'zod';
import { caseSchema, classesRequestSchema, idSchema, projectSchema, provenanceSchema } from './project.ts';
import { patchViewSchema, proposalSchema, rankingSchema } from './review.ts';
import { runDetailSchema, runSchema, runsSchema, trainingRequestSchema } from './training.ts';

/** One kind of request: where it goes, what it takes, what it gives. The server checks all of it. */
export interface Route {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** `:case` and `:run` stand for ids, percent-encoded. */
  readonly path: string;
  readonly query: z.ZodObject;
  /** A schema for JSON, `bytes` for a file or voxels, absent for none. */
  readonly body?: z.ZodType | 'bytes';
  /** A schema for JSON, `bytes` for anything else. */
  readonly answer: z.ZodType | 'bytes' | 'events';
  readonly about: string;
}

const whole = z.coerce.number().int();
const nothing = z.strictObject({});
/** Slices `first`, ..., `first + count - 1`. */
const range = z.strictObject({ first: whole.min(0), count: whole.min(1) });
const model = z.strictObject({ run: idSchema.optional() });
const fileName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^/\\\p{Cc}]+$/u, 'a file name without folders was expected');

/**
 * The studio's API. Voxels travel as bare little-endian values, C-ordered as said; numbers of voxels follow from the case's
 * `measures`, and everything is in the studio's orientation except for exports, which lie on the scan as it is stored.
 */
export const ROUTES = {
  project: {
    method: 'GET',
    path: '/api/project',
    query: nothing,
    answer: projectSchema,
    about: 'Classes, cases and the state of every slice.',
  },
  setClasses: {
    method: 'PUT',
    path: '/api/project/classes',
    query: nothing,
    body: classesRequestSchema,
    answer: projectSchema,
    about: 'Names the classes, background first.',
  },
  events: {
    method: 'GET',
    path: '/api/events',
    query: nothing,
    answer: 'events',
    about: 'Server-sent events, one JSON object each.',
  },

  case: {
    method: 'GET',
    path: '/api/cases/:case',
    query: nothing,
    answer: caseSchema,
    about: 'One case.',
  },
  thumbnail: {
    method: 'GET',
    path: '/api/cases/:case/thumbnail',
    query: nothing,
    answer: 'bytes',
    about: 'The middle slice as PNG, 96 pixels on its longer side.',
  },
  volume: {
    method: 'GET',
    path: '/api/cases/:case/volume',
    query: nothing,
    answer: 'bytes',
    about: 'The scan as NIfTI, not compressed: int16 where that is exact, else float32.',
  },
  preview: {
    method: 'GET',
    path: '/api/cases/:case/preview',
    query: nothing,
    answer: 'bytes',
    about:
      'The first channel as NIfTI of bytes within the window of `measures`, at most 192 voxels a side, for 3D views.',
  },
  intensities: {
    method: 'GET',
    path: '/api/cases/:case/intensities',
    query: range,
    answer: 'bytes',
    about: 'Some slices of the scan: float32 [channels, count, height, width].',
  },
  mask: {
    method: 'GET',
    path: '/api/cases/:case/mask',
    query: range,
    answer: 'bytes',
    about: 'Labels of some slices: uint8 [count, height, width], 0 where there is no label.',
  },
  saveMask: {
    method: 'PUT',
    path: '/api/cases/:case/mask',
    query: range.extend({ provenance: provenanceSchema, run: idSchema.optional() }),
    body: 'bytes',
    answer: caseSchema,
    about:
      'Saves labels of some slices, uint8 [count, height, width]; on disk when the answer comes. `run`: whose proposal they come from.',
  },
  removeMask: {
    method: 'DELETE',
    path: '/api/cases/:case/mask',
    query: range,
    answer: caseSchema,
    about: 'Takes labels (and rejections) of some slices away; a given mask comes back.',
  },
  reject: {
    method: 'POST',
    path: '/api/cases/:case/reject',
    query: range.extend({ run: idSchema.optional() }),
    answer: caseSchema,
    about: 'Refuses the proposal for some slices: they have no label, and rank higher among those to be labelled.',
  },
  importMask: {
    method: 'POST',
    path: '/api/cases/:case/import',
    query: z.strictObject({ name: fileName, slices: z.enum(['all', 'foreground']).default('all') }),
    body: 'bytes',
    answer: caseSchema,
    about:
      'Imports a mask of the case: NIfTI, DICOM SEG, PNG or TIFF; `slices=foreground` labels only slices that hold something.',
  },
  exportMask: {
    method: 'GET',
    path: '/api/cases/:case/export',
    query: z.strictObject({
      of: z.enum(['labels', 'proposal']).default('labels'),
      run: idSchema.optional(),
      format: z.enum(['nifti', 'dicom-seg', 'png', 'tiff']).optional(),
    }),
    answer: 'bytes',
    about: "The mask as a file that lies exactly on the scan; default format: the scan's own.",
  },

  proposal: {
    method: 'GET',
    path: '/api/cases/:case/proposal',
    query: model,
    answer: proposalSchema,
    about: 'What a model proposes; made when first asked for. Default: the newest model.',
  },
  proposalMask: {
    method: 'GET',
    path: '/api/cases/:case/proposal/mask',
    query: range.extend(model.shape),
    answer: 'bytes',
    about: 'uint8 [count, height, width]',
  },
  proposalProbabilities: {
    method: 'GET',
    path: '/api/cases/:case/proposal/probabilities',
    query: range.extend(model.shape),
    answer: 'bytes',
    about: 'uint8 [classes, count, height, width], 255 is certain.',
  },
  proposalEntropy: {
    method: 'GET',
    path: '/api/cases/:case/proposal/entropy',
    query: range.extend(model.shape),
    answer: 'bytes',
    about:
      'uint8 [count, height, width]: entropy of the class probabilities, 255 is the highest possible, log(classes).',
  },
  ranking: {
    method: 'GET',
    path: '/api/ranking',
    query: z.strictObject({ count: whole.min(1).max(1000).default(20) }),
    answer: rankingSchema,
    about: 'What to label next.',
  },

  runs: { method: 'GET', path: '/api/runs', query: nothing, answer: runsSchema, about: 'All runs.' },
  run: {
    method: 'GET',
    path: '/api/runs/:run',
    query: nothing,
    answer: runDetailSchema,
    about: 'One run with its configuration and curves.',
  },
  train: {
    method: 'POST',
    path: '/api/runs',
    query: nothing,
    body: trainingRequestSchema,
    answer: runSchema,
    about: 'Starts a training on the labels as they are now.',
  },
  pause: {
    method: 'POST',
    path: '/api/runs/:run/pause',
    query: nothing,
    answer: runSchema,
    about: 'Writes a checkpoint and gives the machine free.',
  },
  resume: {
    method: 'POST',
    path: '/api/runs/:run/resume',
    query: nothing,
    answer: runSchema,
    about: 'Continues a paused, interrupted or crashed run at its last checkpoint.',
  },
  stop: {
    method: 'POST',
    path: '/api/runs/:run/stop',
    query: nothing,
    answer: runSchema,
    about: 'Ends the run early; the best weights so far become its model.',
  },
  patches: {
    method: 'GET',
    path: '/api/runs/:run/patches',
    query: z.strictObject({ batch: whole.min(0).max(1000).default(0) }),
    answer: patchViewSchema,
    about: 'What the contrast saw in a batch.',
  },
  model: {
    method: 'GET',
    path: '/api/runs/:run/model',
    query: nothing,
    answer: 'bytes',
    about: 'The model as one ONNX file, preparation inside.',
  },
  report: {
    method: 'GET',
    path: '/api/runs/:run/report',
    query: nothing,
    answer: 'bytes',
    about: 'The report as HTML.',
  },

  loadModel: {
    method: 'POST',
    path: '/api/models',
    query: z.strictObject({ name: fileName }),
    body: 'bytes',
    answer: runSchema,
    about: 'Loads an ONNX model from elsewhere; it is listed among the runs and proposes as they do.',
  },
  uploadScan: {
    method: 'POST',
    path: '/api/scans',
    query: z.strictObject({
      name: fileName,
      group: idSchema.optional(),
      more: z.enum(['true', 'false']).default('false'),
    }),
    body: 'bytes',
    answer: projectSchema,
    about:
      'Adds a new scan, a case of origin `uploaded`. Files of one DICOM series have the same `group`; all but the last are sent with `more=true`.',
  },
} as const satisfies Readonly<Record<string, Route>>;

export type RouteName = keyof typeof ROUTES;
