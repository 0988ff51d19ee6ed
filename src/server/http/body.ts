import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Body } from '../../studio/handlers/index.ts';
import { Refusal } from '../../studio/refusal.ts';

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
    async toFile(path, most) {
      await mkdir(dirname(path), { recursive: true });
      await pipeline(request, bounded(most), createWriteStream(path, { flags: 'wx' }));
    },
  };
}

function tooLarge(most: number): Refusal {
  const size = most >= 2 ** 20 ? `${Math.floor(most / 2 ** 20)} MiB` : `${most} bytes`;
  return new Refusal(413, `more than ${size} were sent`);
}
