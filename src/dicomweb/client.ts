import { concatBytes } from '../core/bytes.ts';
import { PatchclError } from '../core/errors.ts';
import type { QidoItem } from './json.ts';
import { ARCHIVE_LIMITS, type ArchiveLimits, boundedBody, inTime } from './limits.ts';
import { isPassing, isPassingStatus, networkRefusal, statusRefusal } from './refusals.ts';

export interface ArchiveClientOptions {
  /** Where the services are, without a slash at the end. */
  readonly base: string;
  /** The `Authorization` header. It goes to the origin of `base` alone, and into no message. */
  readonly authorization?: string;
  readonly limits?: Partial<ArchiveLimits>;
}

export interface ArchiveRequest {
  /** Below `base`, with a slash in front. */
  readonly path: string;
  readonly accept: string;
  /** To be stored; without it the request reads. */
  readonly post?: { readonly body: Uint8Array<ArrayBuffer>; readonly contentType: string };
  /** Statuses that are no failure beside 200 to 299. */
  readonly taken?: readonly number[];
}

const MOST_REDIRECTS = 3;

/** Milliseconds that an archive may ask for with Retry-After. */
const MOST_PATIENCE = 30_000;

/**
 * Asks one archive, and asks again when it could not answer: with growing pauses, within bounds of time and size. Follows it to no
 * other host.
 */
export class ArchiveClient {
  readonly base: string;
  readonly limits: ArchiveLimits;
  readonly #authorization: string | undefined;
  /** Once an archive has not answered after all attempts, further requests are made once only, until one is answered. */
  #isLost = false;

  constructor({ base, authorization, limits = {} }: ArchiveClientOptions) {
    this.base = base;
    this.limits = { ...ARCHIVE_LIMITS, ...limits };
    this.#authorization = authorization;
  }

  /**
   * A list of objects in the DICOM JSON model; empty where there is none (204).
   *
   * @param taken 404 where what is asked below may not be there: some archives answer so
   * @throws PatchclError
   */
  async list(path: string, taken: readonly number[] = []): Promise<readonly QidoItem[]> {
    return this.ask({ path, accept: 'application/dicom+json', taken }, async (response) => {
      if (response.status === 204 || response.status === 404) {
        await response.body?.cancel();
        return [];
      }
      return arrayIn(await this.textOf(response), this.base);
    });
  }

  /** The text of an answer, of bounded size. */
  async textOf(response: Response): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of boundedBody(response, this.limits.list, this.limits)) chunks.push(chunk);
    return new TextDecoder().decode(concatBytes(chunks));
  }

  /**
   * Makes a request, and makes it again while that is of use.
   *
   * @param read takes the answer; called anew for each attempt
   * @throws PatchclError naming the archive, never what it was asked or who asked
   */
  async ask<T>(request: ArchiveRequest, read: (response: Response) => Promise<T>): Promise<T> {
    const attempts = this.#isLost ? 1 : this.limits.attempts;
    for (let attempt = 1; ; attempt++) {
      let refusal: PatchclError;
      let patience = this.limits.pause * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
      try {
        const response = await this.#send(request);
        if (response.ok || request.taken?.includes(response.status)) {
          const result = await read(response);
          this.#isLost = false;
          return result;
        }
        await response.body?.cancel();
        refusal = statusRefusal(response.status, this.base, this.#authorization !== undefined);
        if (!isPassingStatus(response.status)) throw refusal;
        const asked = 1000 * Number(response.headers.get('retry-after') ?? 0);
        if (asked > 0) patience = Math.min(asked, MOST_PATIENCE);
      } catch (error) {
        refusal = networkRefusal(error, this.base);
        if (!isPassing(error)) throw refusal;
      }
      if (attempt >= attempts) {
        this.#isLost = true;
        throw refusal;
      }
      await new Promise((done) => setTimeout(done, patience));
    }
  }

  /** One request, with redirects within the origin. */
  async #send({ path, accept, post }: ArchiveRequest): Promise<Response> {
    const { origin } = new URL(this.base);
    let url = `${this.base}${path}`;
    for (let redirects = 0; ; redirects++) {
      const response = await this.#fetch(url, accept, post);
      if (response.status < 300 || response.status >= 400 || response.status === 304) return response;
      await response.body?.cancel();
      const target = targetOf(response.headers.get('location'), url);
      const isKept = post === undefined || response.status === 307 || response.status === 308;
      if (target?.origin !== origin || !isKept || redirects >= MOST_REDIRECTS) {
        const problem =
          target !== undefined && target.origin !== origin
            ? 'it sends this program on to another host, which is not followed'
            : 'it sends this program on and on';
        const hint = 'Give the address that it means.';
        throw new PatchclError('unreachable', problem, { subject: this.base, hint });
      }
      url = target.href;
    }
  }

  async #fetch(url: string, accept: string, post: ArchiveRequest['post']): Promise<Response> {
    const controller = new AbortController();
    const headers = {
      accept,
      ...(post && { 'content-type': post.contentType }),
      ...(this.#authorization !== undefined && { authorization: this.#authorization }),
    };
    const sent = fetch(url, {
      method: post === undefined ? 'GET' : 'POST',
      headers,
      redirect: 'manual',
      signal: controller.signal,
      ...(post && { body: post.body }),
    });
    try {
      const sending = (1000 * (post?.body.length ?? 0)) / this.limits.slowestSending;
      return await inTime(sent, this.limits.answer + sending);
    } catch (error) {
      controller.abort();
      throw error;
    }
  }
}

function targetOf(location: string | null, from: string): URL | undefined {
  try {
    return location === null ? undefined : new URL(location, from);
  } catch {
    return undefined;
  }
}

function arrayIn(text: string, base: string): readonly QidoItem[] {
  const details = { subject: base, hint: 'Check the path in its address.' };
  try {
    const list: unknown = text.trim() === '' ? [] : JSON.parse(text);
    if (Array.isArray(list) && list.every((item) => typeof item === 'object' && item !== null)) return list;
  } catch {
    // Told below: the text may hold names of patients, and its first lines would be in the message of the parser.
  }
  throw new PatchclError('bad-file', 'it does not answer as DICOMweb does', details);
}
