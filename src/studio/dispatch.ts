import { z } from 'zod';
import { ROUTES, type Route } from './api/index.ts';
import { checked } from './checked.ts';
import type { Asked, Body, Content, Handlers } from './handlers/index.ts';

/** A request as a door has understood it, not checked yet. */
export interface RawRequest {
  /** What stands for `:case` and `:run` in the path. */
  readonly ids: Readonly<Record<string, unknown>>;
  /** Fields of the query by name. */
  readonly query: Readonly<Record<string, unknown>>;
  /** For routes that take bytes. */
  bytes(): Body;
  /** For routes that take JSON. @throws Refusal 400 when it is none */
  json(): Promise<unknown>;
}

/** JSON, checked against the schema of the route; or bytes. */
export type Answer = { readonly json: unknown } | { readonly content: Content };

/**
 * Checks a request against its route and has it handled. The one way into the studio, for HTTP and for the page without a
 * server.
 *
 * @throws Refusal 400 for what is not as the route says, and what the handler throws
 */
export async function dispatch(handlers: Handlers, name: Asked, request: RawRequest): Promise<Answer> {
  const route: Route = ROUTES[name];
  const query = checked(route.query, request.query, 'query') as object;
  const body = await bodyFor(route, request);
  const handler = handlers[name] as (request: unknown) => Promise<unknown>;
  const answer = await handler({ ...request.ids, ...query, body });
  return route.answer instanceof z.ZodType ? { json: route.answer.parse(answer) } : { content: answer as Content };
}

async function bodyFor({ body }: Route, request: RawRequest): Promise<unknown> {
  if (body === undefined) return undefined;
  return body === 'bytes' ? request.bytes() : checked(body, await request.json(), 'body');
}
