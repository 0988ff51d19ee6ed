import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { ROUTES, type Route, type RouteName } from '../../studio/api/index.ts';
import { checked } from '../../studio/checked.ts';
import type { Asked, Body, Content, Handlers } from '../../studio/content.ts';
import { Refusal } from '../../studio/refusal.ts';
import { sendContent, sendJson } from './answer.ts';
import { bodyOf } from './body.ts';

/** Bytes of JSON that a request may have. */
const MOST_JSON = 2 ** 20;

const TABLE = Object.entries(ROUTES).map(([name, route]: [string, Route]) => ({
  name: name as RouteName,
  route,
  pattern: new RegExp(`^${route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
}));

/** The route of a request, with the ids in its path. @throws Refusal 400, 404, 405 */
export function routeOf(method: string, path: string): { name: RouteName; ids: Readonly<Record<string, string>> } {
  const matching = TABLE.flatMap(({ name, route, pattern }) => {
    const found = pattern.exec(path);
    return found === null ? [] : [{ name, route, groups: found.groups ?? {} }];
  });
  if (matching.length === 0) throw new Refusal(404, 'there is nothing at this address');
  const match = matching.find(({ route }) => route.method === method);
  if (match === undefined) throw new Refusal(405, `this address is not for ${method}`);
  const ids = Object.fromEntries(Object.entries(match.groups).map(([key, text]) => [key, decoded(text)]));
  return { name: match.name, ids };
}

/** Checks a request against its route, has it handled and answers. @throws Refusal, or what the handler throws */
export async function handle(
  handlers: Handlers,
  { name, ids }: { readonly name: Asked; readonly ids: Readonly<Record<string, string>> },
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const route: Route = ROUTES[name];
  const asked = checked(route.query, Object.fromEntries(query), 'query');
  const body = bodyOf(request);
  const sent = route.body === 'bytes' ? body : route.body && checked(route.body, await json(body), 'body');
  const handler = handlers[name] as (request: unknown) => Promise<unknown>;
  const answer = await handler({ ...ids, ...(asked as object), body: sent });
  if (route.answer instanceof z.ZodType) sendJson(response, route.answer.parse(answer));
  else await sendContent(response, answer as Content);
}

async function json(body: Body): Promise<unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(await body.bytes(MOST_JSON)));
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Refusal(400, 'the body is not JSON');
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, 'the address is not well-formed');
  }
}
