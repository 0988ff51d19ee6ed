import { z } from 'zod';
import { caseSchema, idSchema } from './project.ts';
import { rankingSchema } from './review.ts';
import { progressSchema, proposingModelSchema, runSchema } from './training.ts';

/**
 * What happens in the studio, as it happens. Every stream begins with `hello`; who was away asks for project and runs anew,
 * since events are not repeated.
 */
export const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), version: z.string() }),
  /** A case was read, or its labels have changed. */
  z.object({ type: z.literal('case'), case: caseSchema }),
  /** Classes, or the list of cases, have changed: ask for the project. */
  z.object({ type: z.literal('project') }),
  /** A run has started, or its state, best weights or files have changed. */
  z.object({ type: z.literal('run'), run: runSchema }),
  z.object({ type: z.literal('step'), run: idSchema, progress: progressSchema }),
  z.object({
    type: z.literal('validation'),
    run: idSchema,
    step: z.int(),
    /** Mean Dice over validation cases and classes; null without validation cases. */
    dice: z.object({ student: z.number().nullable(), teacher: z.number().nullable() }),
    isBest: z.boolean(),
  }),
  /** Another model proposes from now on. */
  z.object({ type: z.literal('proposing'), proposes: proposingModelSchema }),
  /** New proposals can be asked for, of these cases. */
  z.object({ type: z.literal('proposals'), run: idSchema, step: z.int(), cases: z.array(idSchema) }),
  z.object({ type: z.literal('ranking'), ranking: rankingSchema }),
  /** A run was removed: ask for the runs. */
  z.object({ type: z.literal('runs') }),
  /** A line for a person. `page`: where one can do something about it. */
  z.object({
    type: z.literal('note'),
    level: z.enum(['info', 'problem']),
    text: z.string(),
    page: z.enum(['review']).optional(),
    /** Scans that it is about, the first of them first. */
    cases: z.array(idSchema).optional(),
  }),
]);
/** What the studio tells while it works. Events are not repeated. */
export type StudioEvent = z.infer<typeof eventSchema>;

/** The body of every answer that is not 2xx. */
export const failureSchema = z.object({
  error: z.object({
    code: z.string(),
    /** One sentence, or two: what was wrong, what to do. */
    message: z.string(),
    subject: z.string().optional(),
    hint: z.string().optional(),
  }),
});
