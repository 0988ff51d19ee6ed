import { randomBytes } from 'node:crypto';
import type { Content } from '../../studio/handlers/index.ts';

/** What an endpoint answers: JSON, or bytes with their length. */
export type Answer = { readonly json: unknown } | Content;

/** A file of which another program says how it is called. */
export interface NamedFile {
  readonly name: string;
  readonly type: string;
  readonly content: Content['content'];
}

/** A file as it is downloaded. */
export function fileAnswer({ name, type, content }: NamedFile): Content {
  return { content, type, headers: { 'Content-Disposition': `attachment; filename="${plainName(name)}"` } };
}

/**
 * Parameters and a mask as one form. The Python client reads it from the bare socket: it needs the length, which `sendContent`
 * gives, and cannot read an answer in chunks.
 */
export function formAnswer(params: unknown, { name, type, content }: NamedFile & { content: Uint8Array }): Content {
  const boundary = randomBytes(16).toString('hex');
  const head = [
    `--${boundary}`,
    'Content-Disposition: form-data; name="params"',
    'Content-Type: application/json',
    '',
    JSON.stringify(params),
    `--${boundary}`,
    `Content-Disposition: form-data; name="image"; filename="${plainName(name)}"`,
    `Content-Type: ${type}`,
    '',
    '',
  ].join('\r\n');
  const body = Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return { content: new Uint8Array(body), type: `multipart/form-data; boundary=${boundary}` };
}

/** A name that every program can read in a header, and that clients may write a file to. */
export function plainName(name: string): string {
  return name.replace(/[^\w.~ -]/g, '_').replace(/^\.+/, '_');
}
