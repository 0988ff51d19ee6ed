import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { writeError } from '../../node/file-errors.ts';
import { MOST_UPLOADED } from '../../studio/handlers/handler-types.ts';
import { Refusal } from '../../studio/refusal.ts';
import { type Patience, readBody } from './read-body.ts';

/** A file of a form, on disk. */
export interface PartFile {
  /** Name of the field. */
  readonly field: string;
  /** As the sender calls it, without folders; may be empty. */
  readonly name: string;
  readonly path: string;
}

/** What a form holds. */
export interface Parts {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: readonly PartFile[];
}

/** Bytes beside the files: fields, headers, boundaries. */
const MOST_OVERHEAD = 4 * 2 ** 20;

/** Bytes in which the first boundary is looked for. */
const HEAD = 256;

/**
 * Reads a `multipart/form-data` body; its files go to a folder.
 *
 * @param folder is made, and removed by whoever has given it
 * @throws Refusal 400, 408, 413, 415; PatchclError `unwritable`
 */
export async function readParts(
  request: IncomingMessage,
  {
    folder,
    files: mostFiles,
    patience,
  }: { readonly folder: string; readonly files: number; readonly patience: Patience },
): Promise<Parts> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fields = new Map<string, string>();
  const files: PartFile[] = [];
  const writes: Promise<void>[] = [];
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);
  const tooMuch = (what: string) => () => fail(new Refusal(413, `${what} in one form`));

  const listen = (form: BusboyInstance) => {
    form.on('field', (name, value, isNameCut, isValueCut) => {
      if (isNameCut || isValueCut) tooMuch('a field is too long')();
      fields.set(name, value);
    });
    form.on('file', (field, stream, name) => {
      const path = join(folder, String(files.length));
      files.push({ field, name: name ?? '', path });
      stream.on('limit', tooMuch('a file is too large'));
      const written = pipeline(stream, createWriteStream(path, { flags: 'wx', mode: 0o600 })).catch((cause) => {
        // Errors of the system are the disk's; others are the form's.
        if (!(cause instanceof Error && 'errno' in cause)) throw malformed();
        throw writeError(path, cause);
      });
      written.catch(fail);
      writes.push(written);
    });
    form.on('partsLimit', tooMuch('there are too many parts'));
    form.on('filesLimit', tooMuch('there are too many files'));
    form.on('fieldsLimit', tooMuch('there are too many fields'));
    form.on('error', () => fail(malformed()));
    return form;
  };

  let head = Buffer.alloc(0);
  let form: BusboyInstance | undefined;
  const feed = (content: Buffer) => {
    form ??= listen(newForm(boundaryOf(request, content), mostFiles));
    const into = form;
    const fed = new Promise<void>((resolve) => into.write(content, () => resolve()));
    return Promise.race([fed, failed]);
  };
  try {
    await readBody(request, { most: MOST_UPLOADED + MOST_OVERHEAD, patience }, async (chunk) => {
      if (form !== undefined) return feed(chunk);
      head = Buffer.concat([head, chunk]);
      if (head.length >= HEAD) await feed(head);
    });
    if (form === undefined) await feed(head);
    const whole = form as unknown as BusboyInstance;
    const finished = new Promise<void>((resolve) => whole.once('finish', () => resolve()));
    whole.end();
    await Promise.race([finished, failed]);
    await Promise.race([Promise.all(writes), failed]);
  } catch (error) {
    form?.destroy();
    // What is still being written must be closed before its folder goes.
    await Promise.allSettled(writes);
    throw error;
  }
  return { fields, files };
}

const malformed = () => new Refusal(400, 'the form is not well-formed');

function newForm(boundary: string, files: number): BusboyInstance {
  return new Busboy({
    headers: { 'content-type': `multipart/form-data; boundary="${boundary}"` },
    limits: {
      fieldNameSize: 100,
      fieldSize: 2 ** 20,
      fields: 32,
      fileSize: MOST_UPLOADED,
      files,
      parts: files + 32,
      headerPairs: 20,
      headerSize: 8192,
    },
  });
}

/**
 * What stands between the parts. The Python client re-uses the headers of its last request where it has a token, and may name the
 * boundary of that one; the first line of the body is right then.
 */
function boundaryOf({ headers }: IncomingMessage, body: Buffer): string {
  const stated = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]{1,200})"|([^\s;,]{1,200}))/i.exec(
    headers['content-type'] ?? '',
  );
  const boundary = stated?.[1] ?? stated?.[2];
  const first = /^--([^\r\n"\\]{1,200})\r\n/.exec(body.subarray(0, HEAD).toString('latin1'))?.[1];
  if (first !== undefined) return first;
  if (boundary !== undefined) return boundary;
  throw new Refusal(415, 'a form of the type multipart/form-data was expected');
}
