import type { z } from 'zod';
import type { ROUTES, RouteName } from '../api/index.ts';

/** An answer that is not JSON: bytes, or (a part of) a file. */
export interface Content {
  readonly content: Uint8Array | { readonly file: string; readonly start?: number; readonly length?: number };
  readonly type: string;
  /** Name under which a browser would save it. */
  readonly name?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const voxels = (content: Content['content']): Content => ({ content, type: 'application/octet-stream' });

/** Bytes that an uploaded scan, mask or model may have: what is read at once. */
export const MOST_UPLOADED = 2 ** 31 - 1;

/** What a client sends, not read yet. */
export interface Body {
  /** @throws Refusal 413 when there are more bytes than that, before they are all in memory */
  bytes(most: number): Promise<Uint8Array>;
  /** Writes it to a file. @throws Refusal 413 as `bytes` */
  toFile(path: string, most: number): Promise<void>;
}

type Routes = typeof ROUTES;
export type Asked = Exclude<RouteName, 'events'>;

/** A checked request: ids of the path, query and body together. */
export type Checked<Name extends Asked> = Readonly<
  { case: string; run: string } & z.output<Routes[Name]['query']> &
    (Routes[Name] extends { body: infer B } ? { body: B extends z.ZodType ? z.output<B> : Body } : object)
>;

export type Handlers = {
  readonly [Name in Asked]: (
    request: Checked<Name>,
  ) => Promise<Routes[Name]['answer'] extends z.ZodType ? z.input<Routes[Name]['answer']> : Content>;
};

/** Some of them. */
export type HandlersFor<Name extends Asked> = Pick<Handlers, Name>;
