import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Content } from '../../studio/handlers/index.ts';

export function sendJson(response: ServerResponse, value: unknown): void {
  response
    .writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    .end(JSON.stringify(value));
}

export async function sendContent(response: ServerResponse, { content, type, name, headers }: Content): Promise<void> {
  const head = {
    'Content-Type': type,
    'Cache-Control': 'no-store',
    ...(name !== undefined && { 'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` }),
    ...headers,
  };
  if (content instanceof Uint8Array) {
    response.writeHead(200, { ...head, 'Content-Length': content.length }).end(content);
    return;
  }
  const { file, start = 0 } = content;
  const length = content.length ?? (await stat(file)).size - start;
  response.writeHead(200, { ...head, 'Content-Length': length });
  if (length === 0) response.end();
  else await pipeline(createReadStream(file, { start, end: start + length - 1 }), response);
}
