import type { Asked } from './asked.ts';
import type { MonaiContext } from './context.ts';
import type { Answer } from './http/answer.ts';

/** What one address does. @throws Refusal, PatchclError */
export type Endpoint = (context: MonaiContext, asked: Asked) => Promise<Answer>;
