import { z } from 'zod';
import { idSchema } from '../project.ts';
import { patchViewSchema } from '../review.ts';
import { fileName, nothing, type Route, whole } from '../route.ts';
import { runDetailSchema, runSchema, runsSchema, trainingPlanSchema, trainingRequestSchema } from '../training.ts';

/** Trainings, models, and what they leave. */
export const runRoutes = {
  runs: { method: 'GET', path: '/api/runs', query: nothing, answer: runsSchema, about: 'All runs.' },
  plan: {
    method: 'GET',
    path: '/api/plan',
    query: nothing,
    answer: trainingPlanSchema,
    about: 'What a training that is started now would learn from, and what would judge it.',
  },
  chooseModel: {
    method: 'PUT',
    path: '/api/proposing',
    query: nothing,
    body: z.strictObject({ run: idSchema.nullable() }),
    answer: runsSchema,
    about: 'Says which model proposes; null: a run that is complete and better on the held-out scans takes its place.',
  },
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
  removeRun: {
    method: 'DELETE',
    path: '/api/runs/:run',
    query: nothing,
    answer: runsSchema,
    about:
      'Removes a run and its model for good. Labels that came from its proposals stay; its name is not given again.',
  },
  loadModel: {
    method: 'POST',
    path: '/api/models',
    query: z.strictObject({ name: fileName }),
    body: 'bytes',
    answer: runSchema,
    about: 'Loads an ONNX model from elsewhere; it is listed among the runs and proposes as they do.',
  },
} as const satisfies Readonly<Record<string, Route>>;
