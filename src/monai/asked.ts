import type { IncomingMessage } from 'node:http';
import { Refusal } from '../studio/refusal.ts';
import type { WithTemporary } from '../studio/temporary-files.ts';
import { type Parts, readParts } from './http/multipart.ts';
import { bodyBytes, type Patience } from './http/read-body.ts';

/** JSON objects, as parameters are. */
export type Params = Readonly<Record<string, unknown>>;

/** A request as its endpoint sees it. */
export interface Asked {
  /** What stands for `:model` and the like in the path. */
  readonly ids: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Who asks, where they have logged in. */
  readonly who: string | undefined;
  /** Whether a program of this machine asks, which can open its files. */
  readonly isLocal: boolean;
  /** The body; an empty one is `{}`. @throws Refusal 400, 408, 413 */
  json(): Promise<Params>;
  /** Fields of an HTML form. @throws Refusal 408, 413 */
  form(): Promise<URLSearchParams>;
  /** Fields and files, which are gone afterwards. @param files that there may be. @throws as `readParts` */
  parts<T>(files: number, use: (parts: Parts) => Promise<T>): Promise<T>;
}

/** Bytes that JSON and forms without files may have. */
const MOST_TEXT = 2 ** 20;

export function bodiesOf(
  request: IncomingMessage,
  withTemporary: WithTemporary,
  patience: Patience,
): Pick<Asked, 'json' | 'form' | 'parts'> {
  const text = async () => (await bodyBytes(request, MOST_TEXT, patience)).toString();
  return {
    json: async () => paramsOf(await text()),
    form: async () => new URLSearchParams(await text()),
    parts: (files, use) => withTemporary(async (folder) => use(await readParts(request, { folder, files, patience }))),
  };
}

/** @throws Refusal 400 for anything but an object */
export function paramsOf(text: string): Params {
  let value: unknown;
  try {
    value = text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Params;
  throw new Refusal(400, 'the parameters are no JSON object');
}

/** Who does it: who has logged in, else what the program calls its user. */
export function authorOf({ who }: Asked, { client_id: client }: Params): string | undefined {
  if (who !== undefined) return who;
  const name =
    typeof client === 'string'
      ? client
          .replace(/\p{Cc}/gu, ' ')
          .trim()
          .slice(0, 100)
      : '';
  return name === '' ? undefined : name;
}
