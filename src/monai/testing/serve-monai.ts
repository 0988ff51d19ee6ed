import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { openDoor } from '../../server/door.ts';
import { openNodeStudio } from '../../server/node-studio.ts';
import { type StudioServer, serveStudio } from '../../server/serve.ts';
import { httpStudio, type StudioClient } from '../../studio/api/index.ts';
import type { StudioBackend } from '../../studio/backend.ts';
import { type MonaiDoorOptions, monaiDoor } from '../monai-door.ts';

/** A studio within this process that MONAI Label's clients can ask. */
export interface ServedMonai {
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** The same studio as its page sees it. */
  readonly studio: StudioClient;
  readonly opened: StudioBackend;
  readonly log: string[];
  send(sent: Sent): Promise<Got>;
  /** Serves the same project at another door too. @returns its address */
  beside(options: Partial<MonaiDoorOptions>): Promise<string>;
  close(): Promise<void>;
}

/** A request as it is given: no client puts the path or the headers in order. */
export interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | FormData;
}

export interface Got {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Opens the scans in `folder/scans` with the project `folder/project`, and reads them all. */
export async function serveMonai(folder: string, options: Partial<MonaiDoorOptions> = {}): Promise<ServedMonai> {
  const log: string[] = [];
  const place = { data: join(folder, 'scans'), folder: join(folder, 'project') };
  const { studio: opened, events } = await openNodeStudio(place, (text) => log.push(text));
  const token = 'right-token';
  const servers: StudioServer[] = [];
  const serve = async (more: Partial<MonaiDoorOptions>) => {
    const door = await openDoor({ port: 0 });
    const { hosts, port } = door;
    const other = monaiDoor(opened, { hosts, port, token, isOpen: false, origins: [], ...more });
    const server = serveStudio(opened, door, { token, page: new Map(), events, other });
    servers.push(server);
    return { url: server.url, port };
  };
  const { url, port } = await serve(options);
  await opened.readAll();
  return {
    url,
    port,
    token,
    studio: httpStudio(url, token),
    opened,
    log,
    send: (sent) => send(port, sent),
    beside: async (more) => (await serve(more)).url,
    async close() {
      for (const server of servers) await server.close();
      await opened.close();
    },
  };
}

async function send(port: number, { method = 'GET', path, headers = {}, body }: Sent): Promise<Got> {
  // What a browser makes of a form.
  const form = body instanceof FormData ? new Response(body) : undefined;
  const bytes =
    form === undefined ? (body as Uint8Array | string | undefined) : new Uint8Array(await form.arrayBuffer());
  const type = form?.headers.get('content-type');
  const all = { ...(type != null && { 'Content-Type': type }), ...headers };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers: all, agent: false }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
    });
    sent.on('error', reject);
    sent.end(bytes);
  });
}

/** The JSON of an answer; what was refused fails with its sentence. */
export function jsonOf<T = Readonly<Record<string, unknown>>>({ status, body }: Got): T {
  if (status === 200) return JSON.parse(body.toString()) as T;
  throw new Error(`${status}: ${body.toString()}`);
}
