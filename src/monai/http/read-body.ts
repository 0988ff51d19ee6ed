import type { IncomingMessage } from 'node:http';
import { Refusal } from '../../studio/refusal.ts';

/** How long a sender is waited for. */
export interface Patience {
  /** Milliseconds without a byte. */
  readonly idle: number;
  /** Milliseconds after which `least` holds. */
  readonly grace: number;
  /** Bytes a second on average. */
  readonly least: number;
}

/** A scan over a poor line is fine, one that drips is not. */
export const PATIENCE: Patience = { idle: 30_000, grace: 60_000, least: 4096 };

/**
 * Reads the body of a request in parts, each when the one before has been taken. A request that is refused is left as it is, so
 * that it can be answered.
 *
 * @throws Refusal 408 for a sender that is too slow, 413 for more than `most` bytes, and what `take` throws
 */
export function readBody(
  request: IncomingMessage,
  { most, patience }: { readonly most: number; readonly patience: Patience },
  take: (chunk: Buffer) => Promise<void>,
): Promise<void> {
  if (Number(request.headers['content-length'] ?? 0) > most) return Promise.reject(tooLarge(most));
  return new Promise((resolve, reject) => {
    const start = Date.now();
    let [seen, last, isTaking] = [0, start, false];
    const end = (error?: unknown) => {
      clearInterval(watch);
      request.off('data', onData).off('end', end).off('error', end).off('close', onClose).pause();
      if (error === undefined) resolve();
      else reject(error);
    };
    const onClose = () => end(new Refusal(400, 'the connection was closed before all had come'));
    const onData = (chunk: Buffer) => {
      seen += chunk.length;
      if (seen > most) return end(tooLarge(most));
      isTaking = true;
      request.pause();
      take(chunk).then(() => {
        [last, isTaking] = [Date.now(), false];
        request.resume();
      }, end);
    };
    const watch = setInterval(
      () => {
        const now = Date.now();
        const isDripping = now - start > patience.grace && (1000 * seen) / (now - start) < patience.least;
        if (!isTaking && (now - last > patience.idle || isDripping)) end(new Refusal(408, 'the body came too slowly'));
      },
      Math.min(1000, patience.idle / 4),
    );
    request.on('data', onData).on('end', end).on('error', end).on('close', onClose);
  });
}

/** The whole body of a request. @throws Refusal as `readBody` */
export async function bodyBytes(request: IncomingMessage, most: number, patience: Patience): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await readBody(request, { most, patience }, async (chunk) => void chunks.push(chunk));
  return Buffer.concat(chunks);
}

function tooLarge(most: number): Refusal {
  const size = most >= 2 ** 20 ? `${Math.floor(most / 2 ** 20)} MiB` : `${most} bytes`;
  return new Refusal(413, `more than ${size} were sent`);
}
