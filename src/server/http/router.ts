import type { IncomingMessage, ServerResponse } from 'node:http';
import { ROUTES, type Route, type RouteName } from '../../studio/api/index.ts';
import { dispatch } from '../../studio/dispatch.ts';
import type { Asked, Body, Handlers } from '../../studio/handlers/index.ts';
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

/** Answers a request by the studio. @throws Refusal, or what the handler throws */
export async function answerRequest(
  handlers: Handlers,
  { name, ids }: { readonly name: Asked; readonly ids: Readonly<Record<string, string>> },
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = bodyOf(request);
  const raw = { ids, query: Object.fromEntries(query), bytes: () => body, json: () => json(body) };
  const answer = await dispatch(handlers, name, raw);
  if ('json' in answer) sendJson(response, answer.json);
  else await sendContent(response, answer.content);
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
