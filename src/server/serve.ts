import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { patchclVersion } from '../cli/versions.ts';
import { PatchclError, traceOf } from '../core/errors.ts';
import { handlersOf } from '../studio/handlers.ts';
import { Refusal } from '../studio/refusal.ts';
import type { Studio } from '../studio/studio.ts';
import { sendContent } from './http/answer.ts';
import type { EventHub } from './http/event-hub.ts';
import { checkOrigin, checkToken, type GuardOptions, SAFE_HEADERS } from './http/guard.ts';
import { sendFailure } from './http/refusal.ts';
import { handle, routeOf } from './http/router.ts';
import type { PageFile } from './page.ts';

export interface ServeOptions {
  /** Address to listen at; the loopback by default, by which no other machine reaches the studio. */
  readonly host?: string;
  /** 0 takes one that is free. */
  readonly port: number;
  readonly token: string;
  /** Files of the page by address. */
  readonly page: ReadonlyMap<string, PageFile>;
  /** Where the studio tells what happens. */
  readonly events: EventHub;
}

export interface StudioServer {
  /** As `http://127.0.0.1:7411`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Names under which the loopback is asked for. */
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Serves the API of an open project, and the page. @throws PatchclError when the port is taken */
export async function serveStudio(studio: Studio, options: ServeOptions): Promise<StudioServer> {
  const { host = '127.0.0.1', token, page, events } = options;
  const handlers = handlersOf(studio);
  let guard: GuardOptions;

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value);
    checkOrigin(request, guard);
    const { pathname, searchParams } = addressOf(request);
    if (!pathname.startsWith('/api/')) return servePage(page, pathname, request, response);
    checkToken(request, guard);
    const { name, ids } = routeOf(request.method ?? '', pathname);
    if (name === 'events') events.join(response, { type: 'hello', version: patchclVersion() });
    else await handle(handlers, { name, ids }, searchParams, request, response);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // Nobody waits for the answer any more.
      if (response.destroyed) return;
      const { status, message } = sendFailure(response, error);
      const bug = error instanceof PatchclError ? '' : `\n${traceOf(error)}`;
      studio.host.log(`${status} ${request.method} ${printable(request.url ?? '')}: ${message}${bug}`);
    });
  });
  // A slow sender of a large scan is fine, one of headers is not.
  server.requestTimeout = 0;
  server.headersTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(cause, host, options.port)));
    server.listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  guard = { hosts: [...new Set([...LOOPBACK, name.toLowerCase()])], port, token };
  return {
    url: `http://${name}:${port}`,
    close: () =>
      new Promise((resolve) => {
        events.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
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

function cannotListen(cause: Error & { code?: string }, host: string, port: number): PatchclError {
  const problem = cause.code === 'EADDRINUSE' ? `port ${port} is taken` : `cannot listen at ${host}:${port}`;
  return new PatchclError('bad-usage', problem, { hint: 'Choose another one with --port.', cause });
}

/** Without control characters, and without the end of what is too long. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}
