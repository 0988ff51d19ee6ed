import { z } from 'zod';
import { idSchema } from './project.ts';

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

export const whole = z.coerce.number().int();
export const nothing = z.strictObject({});
/** Slices `first`, ..., `first + count - 1`. */
export const range = z.strictObject({ first: whole.min(0), count: whole.min(1) });
export const model = z.strictObject({ run: idSchema.optional(), step: whole.min(0).optional() });
/** Slices one by one: `3,5,8`. */
export const slices = z
  .string()
  .regex(/^\d{1,6}(,\d{1,6})*$/, 'slices as 3,5,8 were expected')
  .transform((text) => text.split(',').map(Number));
/** One revision for each of `slices`. */
export const revisions = z
  .string()
  .regex(/^\d+(,\d+)*$/, 'revisions as 3,5,8 were expected')
  .transform((text) => text.split(',').map(Number));
export const isTrue = z.enum(['true', 'false']).default('false');
/** On what an edit is based, and what becomes of slices that have changed since or that a person has labelled. */
export const based = z.strictObject({
  base: whole.min(0).optional(),
  stale: z.enum(['refuse', 'merge']).default('refuse'),
  keep: isTrue,
});
export const actionName = z.string().min(1).max(60);
export const fileName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^/\\\p{Cc}]+$/u, 'a file name without folders was expected');
