import { z } from 'zod';
import { caseSchema, editedSchema, historySchema, idSchema, PROVENANCES, provenanceSchema } from '../project.ts';
import { actionName, based, fileName, isTrue, nothing, type Route, range, revisions, slices, whole } from '../route.ts';

/** Labels and their history, masks as files. */
export const labelRoutes = {
  mask: {
    method: 'GET',
    path: '/api/cases/:case/mask',
    query: range.extend({ revision: whole.min(0).optional() }),
    answer: 'bytes',
    about:
      'Labels of some slices: uint8 [count, height, width], 0 where there is no label. `revision`: as they were then; every one is kept.',
  },
  editLabels: {
    method: 'POST',
    path: '/api/cases/:case/edit',
    query: based.extend({
      slices,
      name: actionName,
      state: z.enum([...PROVENANCES, 'rejected', 'unlabelled']),
      run: idSchema.optional(),
      bases: revisions.optional(),
      corrected: slices.optional(),
    }),
    body: 'bytes',
    answer: editedSchema,
    about:
      'Changes labels in one action that can be undone: uint8 [slices, height, width], nothing for `rejected` and `unlabelled`. `base`: the revision it is based on; slices that have changed since are refused (409 `stale`), or with `stale=merge` only the pixels that the edit has changed are. `bases`: the revision of each slice, where they are not based on the same one. `corrected`: slices among them that become `corrected`, whatever `state` says. `keep=true` leaves slices with labels of a person.',
  },
  saveMask: {
    method: 'PUT',
    path: '/api/cases/:case/mask',
    query: range.extend({ ...based.shape, provenance: provenanceSchema, run: idSchema.optional() }),
    body: 'bytes',
    answer: caseSchema,
    about:
      'Saves labels of some slices, uint8 [count, height, width]; on disk when the answer comes. `run`: whose proposal they come from.',
  },
  acceptProposal: {
    method: 'POST',
    path: '/api/cases/:case/accept',
    query: based.omit({ stale: true }).extend({ slices, run: idSchema, step: whole.min(0) }),
    answer: editedSchema,
    about: 'Makes what was proposed, by these weights and no others, the label of slices.',
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
  undo: {
    method: 'POST',
    path: '/api/cases/:case/undo',
    query: z.strictObject({ action: whole.min(1).optional() }),
    answer: caseSchema,
    about: 'Takes back the last action on the labels of a case, `action` if it is that one.',
  },
  redo: {
    method: 'POST',
    path: '/api/cases/:case/redo',
    query: z.strictObject({ action: whole.min(1).optional() }),
    answer: caseSchema,
    about: 'Does again what was undone last.',
  },
  history: {
    method: 'GET',
    path: '/api/cases/:case/history',
    query: nothing,
    answer: historySchema,
    about: 'What was ever done to the labels of a case.',
  },
  importMask: {
    method: 'POST',
    path: '/api/cases/:case/import',
    query: z.strictObject({
      name: fileName,
      slices: z.enum(['all', 'foreground']).default('all'),
      keep: isTrue,
    }),
    body: 'bytes',
    answer: editedSchema,
    about:
      'Imports a mask of the case: NIfTI, DICOM SEG, PNG or TIFF; `slices=foreground` labels only slices that hold something; `keep=true` leaves slices that have a label of a person.',
  },
  exportMask: {
    method: 'GET',
    path: '/api/cases/:case/export',
    query: z.strictObject({
      of: z.enum(['labels', 'proposal']).default('labels'),
      rest: z.enum(['background', 'ignore', 'proposal']).default('background'),
      run: idSchema.optional(),
      format: z.enum(['nifti', 'dicom-seg', 'png', 'tiff']).optional(),
    }),
    answer: 'bytes',
    about:
      "The mask as a file that lies exactly on the scan; default format: the scan's own. `rest`: what slices without a label hold: 0, 255 (nobody has labelled them), or what is proposed.",
  },
} as const satisfies Readonly<Record<string, Route>>;
