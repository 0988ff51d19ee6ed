import { PatchclError } from '../core/errors.ts';

/** What an archive may take: an answer that is larger or slower is given up. */
export interface ArchiveLimits {
  /** Milliseconds until an answer begins, what is sent left out. */
  readonly answer: number;
  /** Milliseconds without a byte within an answer. */
  readonly silence: number;
  /** Milliseconds from which on an answer must have come in at `slowest`. */
  readonly grace: number;
  /** Bytes per second. */
  readonly slowest: number;
  /** Bytes per second that an object is sent at, at least. */
  readonly slowestSending: number;
  /** Bytes of a list. */
  readonly list: number;
  /** Bytes of an object: no reader takes more at once. */
  readonly object: number;
  /** Times that a request is made that the archive could not answer. */
  readonly attempts: number;
  /** Milliseconds before the second time; doubled before each further one. */
  readonly pause: number;
}

export const ARCHIVE_LIMITS: ArchiveLimits = {
  answer: 60_000,
  silence: 30_000,
  grace: 60_000,
  slowest: 2_000,
  slowestSending: 50_000,
  list: 64 * 2 ** 20,
  object: 2 ** 31 - 1,
  attempts: 6,
  pause: 500,
};

/** An answer was given up for its size. */
const tooLarge = (most: number) =>
  new PatchclError('bad-file', `its answer is larger than ${most} bytes, the most that is taken`);

/** An answer that stands still, or hardly moves. It may be asked for again. */
export class TooSlow extends Error {}

/**
 * The bytes of an answer as they come in.
 *
 * @param most bytes
 * @throws PatchclError `bad-file` when there are more, `TooSlow` when they stop or trickle
 */
export async function* boundedBody(
  response: Response,
  most: number,
  { silence, grace, slowest }: ArchiveLimits,
): AsyncGenerator<Uint8Array> {
  if (Number(response.headers.get('content-length') ?? 0) > most) {
    await response.body?.cancel();
    throw tooLarge(most);
  }
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  const began = performance.now();
  let received = 0;
  try {
    for (;;) {
      const { done, value } = await inTime(reader.read(), silence);
      if (done) return;
      received += value.length;
      if (received > most) throw tooLarge(most);
      const waited = performance.now() - began;
      if (waited > grace && received < (waited / 1000) * slowest) throw new TooSlow();
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** @throws TooSlow */
export async function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooSlow()), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // Of the two only one is waited for.
    work.catch(() => undefined);
  }
}
