import type { IncomingMessage, ServerResponse } from 'node:http';
import { PatchclError, traceOf } from '../core/errors.ts';
import { patchclVersion } from '../node/versions.ts';
import type { StudioBackend } from '../studio/backend.ts';
import { handlersOf } from '../studio/handlers/index.ts';
import { Refusal } from '../studio/refusal.ts';
import type { Door } from './door.ts';
import { sendContent } from './http/answer.ts';
import type { EventHub } from './http/event-hub.ts';
import { checkHost, checkOrigin, checkToken, type GuardOptions, SAFE_HEADERS } from './http/guard.ts';
import { sendFailure } from './http/refusal.ts';
import { answerRequest, routeOf } from './http/router.ts';
import type { PageFile } from './page.ts';

/** A door to the same studio for other programs than its page. */
export interface OtherDoor {
  /** Whether a path is one of its addresses. */
  owns(path: string): boolean;
  /** Answers; says itself who may ask. Under which name the studio was asked for has been looked at. @throws Refusal, or what the studio throws */
  serve(request: IncomingMessage, response: ServerResponse, address: URL): Promise<void>;
}

export interface ServeOptions {
  readonly token: string;
  /** Files of the page by address. */
  readonly page: ReadonlyMap<string, PageFile>;
  /** Where the studio tells what happens. */
  readonly events: EventHub;
  readonly other?: OtherDoor;
}

export interface StudioServer {
  /** As `http://127.0.0.1:7411`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the API of an open project, and the page. */
export function serveStudio(studio: StudioBackend, door: Door, options: ServeOptions): StudioServer {
  const { token, page, events, other } = options;
  const handlers = handlersOf(studio);
  const guard: GuardOptions = { hosts: door.hosts, port: door.port, token };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value);
    checkHost(request, guard);
    const address = addressOf(request);
    const { pathname, searchParams } = address;
    if (other?.owns(pathname)) return other.serve(request, response, address);
    checkOrigin(request, guard);
    if (!pathname.startsWith('/api/')) return servePage(page, pathname, request, response);
    checkToken(request, guard);
    const { name, ids } = routeOf(request.method ?? '', pathname);
    if (name === 'events') events.join(response, { type: 'hello', version: patchclVersion() });
    else await answerRequest(handlers, { name, ids }, searchParams, request, response);
  };
  door.answer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // Nobody waits for the answer any more.
      if (response.destroyed) return;
      const { status, message } = sendFailure(response, error);
      const bug = error instanceof PatchclError ? '' : `\n${traceOf(error)}`;
      studio.host.log(`${status} ${request.method} ${printable(request.url ?? '')}: ${message}${bug}`);
    });
  });
  return {
    url: door.urls[0],
    async close() {
      events.close();
      await door.close();
    },
  };
}

async function servePage(
  page: ServeOptions['page'],
  path: string,
  { method }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const file = page.get(path);
  if (file === undefined) throw new Refusal(404, 'there is nothing at this address');
  if (method !== 'GET' && method !== 'HEAD') throw new Refusal(405, 'pages can only be read');
  await sendContent(response, { content: { file: file.path }, type: file.type });
}

function addressOf({ url = '' }: IncomingMessage): URL {
  const whole = `http://studio${url}`;
  if (!url.startsWith('/') || !URL.canParse(whole)) throw new Refusal(400, 'the address is not well-formed');
  return new URL(whole);
}

/** Without control characters, and without the end of what is too long. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}
