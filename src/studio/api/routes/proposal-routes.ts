import { z } from 'zod';
import { proposalSchema, rankingSchema } from '../review.ts';
import { model, type Route, range, whole } from '../route.ts';

/** What models propose, and what to label next. */
export const proposalRoutes = {
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
} as const satisfies Readonly<Record<string, Route>>;
