import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** An answer that is not JSON: bytes, or (a part of) a file. */
export interface Content {
  readonly content: Uint8Array | { readonly file: string; readonly start?: number; readonly length?: number };
  readonly type: string;
  /** Name under which a browser would save it. */
  readonly name?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const voxels = (content: Content['content']): Content => ({ content, type: 'application/octet-stream' });

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
