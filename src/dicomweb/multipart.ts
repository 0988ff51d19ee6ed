import { concatBytes } from '../core/bytes.ts';
import { PatchclError } from '../core/errors.ts';

/** Bytes in front of the first part, and of a part's header: more is no answer of an archive. */
const MOST_PREAMBLE = 1 << 16;

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The boundary that an answer's content type names. @returns undefined when it is not of several parts */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^\s*multipart\//i.test(contentType)) return undefined;
  const [, quoted, plain] = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType) ?? [];
  return quoted ?? plain;
}

/**
 * The content of the one part of an answer (RFC 2046), handed on as it comes in: no more is kept than may be a boundary.
 *
 * @throws PatchclError `bad-file` for an answer that has no part, has several, or ends early
 */
export async function* onlyPart(chunks: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<Uint8Array> {
  const delimiter = bytesOf(`\r\n--${boundary}`);
  let isOver = false;
  let kept: Uint8Array = new Uint8Array(0);
  for await (const chunk of contentOn(chunks, boundary)) {
    kept = kept.length === 0 ? chunk : concatBytes([kept, chunk]);
    if (!isOver) {
      const at = indexOf(kept, delimiter);
      const end = at >= 0 ? at : Math.max(0, kept.length - delimiter.length + 1);
      if (end > 0) yield kept.subarray(0, end);
      kept = kept.subarray(at >= 0 ? at + delimiter.length : end);
      isOver = at >= 0;
    }
    if (isOver) {
      refuseSecond(kept);
      kept = kept.subarray(0, 2);
    }
  }
  if (!isOver) throw odd('ends early');
}

/** What follows the first boundary and the header of its part. */
async function* contentOn(chunks: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<Uint8Array> {
  const before = [bytesOf(`--${boundary}`), bytesOf('\r\n\r\n')];
  let kept: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    if (before.length === 0) {
      yield chunk;
      continue;
    }
    kept = concatBytes([kept, chunk]);
    for (let mark = before[0]; mark !== undefined; mark = before[0]) {
      const at = indexOf(kept, mark);
      if (at < 0) break;
      kept = kept.subarray(at + mark.length);
      before.shift();
    }
    if (before.length === 0) yield kept;
    else refuseLong(kept);
  }
  if (before.length > 0) throw odd('holds no object');
}

/** Behind the last part stand two hyphens; whatever follows them means nothing. */
function refuseSecond(behind: Uint8Array): void {
  if (behind.length >= 2 && !(behind[0] === 45 && behind[1] === 45)) throw odd('holds several objects');
}

function refuseLong(kept: Uint8Array): void {
  if (kept.length > MOST_PREAMBLE) throw odd('holds no object');
}

const odd = (what: string) => new PatchclError('bad-file', `its answer ${what}, where one was asked for`);

/** Where bytes first stand in others, -1 where they do not. */
function indexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  const [start] = wanted as unknown as [number];
  for (let at = bytes.indexOf(start); at >= 0; at = bytes.indexOf(start, at + 1)) {
    if (at + wanted.length > bytes.length) return -1;
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

/** One object as the body of a STOW-RS request. @returns the body and its content type */
export function asOnlyPart(
  bytes: Uint8Array,
  boundary: string,
): { body: Uint8Array<ArrayBuffer>; contentType: string } {
  const head = bytesOf(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`);
  const body = concatBytes([head, bytes, bytesOf(`\r\n--${boundary}--\r\n`)]);
  return { body, contentType: `multipart/related; type="application/dicom"; boundary="${boundary}"` };
}
