import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refusal } from './refusal.ts';

/** Bytes that an uploaded scan, mask or model may have: what is read at once. */
export const MOST_UPLOADED = 2 ** 31 - 1;

/** What a client sends, not read yet. */
export interface Body {
  /** @throws Refusal 413 when there are more bytes than that, before they are all in memory */
  bytes(most: number): Promise<Uint8Array>;
  /** Writes it to a file. @throws Refusal 413 as `bytes` */
  toFile(path: string, most: number): Promise<void>;
}

export function bodyOf(request: IncomingMessage): Body {
  const bounded = (most: number) => {
    const claimed = Number(request.headers['content-length'] ?? 0);
    if (claimed > most) throw tooLarge(most);
    let seen = 0;
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        seen += chunk.length;
        if (seen > most) done(tooLarge(most));
        else done(null, chunk);
      },
    });
  };
  return {
    async bytes(most) {
      const chunks: Buffer[] = [];
      await pipeline(request, bounded(most), async (source: AsyncIterable<Buffer>) => {
        for await (const chunk of source) chunks.push(chunk);
      });
      return new Uint8Array(Buffer.concat(chunks));
    },
    toFile: (path, most) => pipeline(request, bounded(most), createWriteStream(path, { flags: 'wx' })),
  };
}

function tooLarge(most: number): Refusal {
  const size = most >= 2 ** 20 ? `${Math.floor(most / 2 ** 20)} MiB` : `${most} bytes`;
  return new Refusal(413, `more than ${size} were sent`);
}
