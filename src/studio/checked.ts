import type { z } from 'zod';
import { Refusal } from './refusal.ts';

/** What a schema makes of a part of a request. @throws Refusal 400 naming the first field that is not as expected */
export function checked(schema: z.ZodType, value: unknown, what: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.join('.');
  throw new Refusal(400, `the ${what} is not as expected: ${where ? `${where}: ` : ''}${issue?.message ?? ''}`);
}
