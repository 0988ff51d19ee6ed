import { mkdir, open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { errorCode } from '../../node/error-code.ts';
import { writeError } from '../../node/file-errors.ts';
import type { Body } from '../../studio/handlers/index.ts';
import { Refusal } from '../../studio/refusal.ts';

export function bodyOf(request: IncomingMessage): Body {
  return {
    async bytes(most) {
      const chunks: Buffer[] = [];
      for await (const chunk of bounded(request, most)) chunks.push(chunk);
      return new Uint8Array(Buffer.concat(chunks));
    },
    async toFile(path, most) {
      try {
        await mkdir(dirname(path), { recursive: true });
        const file = await open(path, 'wx', 0o600);
        try {
          for await (const chunk of bounded(request, most)) await file.writeFile(chunk);
        } finally {
          await file.close();
        }
      } catch (cause) {
        if (FULL.includes(errorCode(cause))) throw writeError(path, cause);
        throw cause;
      }
    },
  };
}

/** What the disk says when it takes no more. */
const FULL = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM'];

/** The body in parts. A request that sends too much is left as it is, so that it can be answered. */
async function* bounded(request: IncomingMessage, most: number): AsyncGenerator<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > most) throw tooLarge(most);
  let seen = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    seen += chunk.length;
    if (seen > most) throw tooLarge(most);
    yield chunk;
  }
}

function tooLarge(most: number): Refusal {
  const size = most >= 2 ** 20 ? `${Math.floor(most / 2 ** 20)} MiB` : `${most} bytes`;
  return new Refusal(413, `more than ${size} were sent`);
}
