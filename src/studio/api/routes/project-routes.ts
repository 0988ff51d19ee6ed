import { z } from 'zod';
import { classesRequestSchema, classUseSchema, idSchema, paletteRequestSchema, projectSchema } from '../project.ts';
import { fileName, isTrue, nothing, type Route } from '../route.ts';

/** The project as a whole: its classes, who judges, its list of scans. */
export const projectRoutes = {
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
  setPalette: {
    method: 'PUT',
    path: '/api/project/palette',
    query: nothing,
    body: paletteRequestSchema,
    answer: projectSchema,
    about: 'Adds, names, colours, orders, locks, hides and removes classes; each keeps its value.',
  },
  classUse: {
    method: 'GET',
    path: '/api/project/use',
    query: nothing,
    answer: classUseSchema,
    about: 'How many cases, slices and pixels are labelled as each class.',
  },
  setHeldOut: {
    method: 'PUT',
    path: '/api/project/held',
    query: nothing,
    body: z.strictObject({ patients: z.array(z.string()), isChosen: z.boolean().default(true) }),
    answer: projectSchema,
    about: 'Says which patients judge models. With `isChosen` false the studio chooses again.',
  },
  events: {
    method: 'GET',
    path: '/api/events',
    query: nothing,
    answer: 'events',
    about: 'Server-sent events, one JSON object each.',
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
  backup: {
    method: 'GET',
    path: '/api/project/backup',
    query: z.strictObject({ scans: isTrue }),
    answer: 'bytes',
    about:
      'The project as one ZIP file: labels with their history, classes, added scans, runs and models; with `scans=true` the folder of the scans too.',
  },
  leaveOut: {
    method: 'POST',
    path: '/api/cases/:case/leave',
    query: nothing,
    answer: projectSchema,
    about: 'Removes a case from the project. Its files and labels are kept.',
  },
  putBack: {
    method: 'POST',
    path: '/api/cases/:case/back',
    query: nothing,
    answer: projectSchema,
    about: 'Puts a case back that was removed.',
  },
} as const satisfies Readonly<Record<string, Route>>;
