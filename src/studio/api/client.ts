import type { z } from 'zod';
import type { StudioEvent } from './events.ts';
import { ROUTES, type Route, type RouteName } from './routes.ts';

type Routes = typeof ROUTES;

/** Names that stand in a path after a colon. */
type NamesIn<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | NamesIn<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

type BodyOf<R> = R extends { body: infer B }
  ? B extends z.ZodType
    ? { body: z.input<B> }
    : { body: Uint8Array }
  : object;

/** Fields of the query; none of a route without. */
type QueryOf<R extends { query: z.ZodType }> = string extends keyof z.input<R['query']> ? object : z.input<R['query']>;

/** What a request is made of: ids of its path, query and body together in one object. */
export type RequestOf<Name extends RouteName> = Readonly<
  Record<NamesIn<Routes[Name]['path']>, string> & QueryOf<Routes[Name]> & BodyOf<Routes[Name]>
>;

/** What a request gives. */
export type AnswerOf<Name extends RouteName> = Routes[Name]['answer'] extends z.ZodType
  ? z.output<Routes[Name]['answer']>
  : Uint8Array;

/**
 * The studio as the page sees it: a server on this machine, or the tab itself.
 *
 * @example
 * const { cases } = await studio.ask('project', {});
 * await studio.ask('saveMask', { case: 'p1', first: 3, count: 1, provenance: 'drawn', body: mask });
 */
export interface StudioClient {
  /** @throws PatchclError with the reason why it was refused */
  ask<Name extends Exclude<RouteName, 'events'>>(name: Name, request: RequestOf<Name>): Promise<AnswerOf<Name>>;
  /**
   * Tells what happens until `signal` says stop. Comes back by itself when the connection is lost.
   *
   * @param onConnection called with false when the connection is lost, with true when it is there (again)
   */
  listen(
    onEvent: (event: StudioEvent) => void,
    options: { readonly signal: AbortSignal; readonly onConnection?: (isThere: boolean) => void },
  ): Promise<void>;
}

/** Path and query of a request. */
export function addressOf(name: RouteName, request: Readonly<Record<string, unknown>>): string {
  const { path, query }: Route = ROUTES[name];
  const filled = path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(String(request[key])));
  const asked = Object.keys(query.shape)
    .filter((key) => request[key] !== undefined)
    .map((key) => `${key}=${encodeURIComponent(String(request[key]))}`);
  return asked.length === 0 ? filled : `${filled}?${asked.join('&')}`;
}
