import { z } from 'zod';
import { type ErrorCode, PatchclError } from '../../core/errors.ts';
import { type AnswerOf, addressOf, type RequestOf, type StudioClient } from './client.ts';
import { eventSchema, failureSchema, type StudioEvent } from './events.ts';
import { ROUTES, type Route, type RouteName } from './routes.ts';

/** Milliseconds before a lost event stream is asked for again. */
const RETRY = 1000;

/**
 * The studio behind a `patchcl studio` server.
 *
 * @param base as `http://127.0.0.1:7411`; a page of the server itself gives ''
 * @param token that the server has printed, the part of the page's address after `#token=`
 */
export function httpStudio(base: string, token: string): StudioClient {
  const send = async (name: RouteName, request: Readonly<Record<string, unknown>>, signal?: AbortSignal) => {
    const { method, body }: Route = ROUTES[name];
    const isJson = body !== undefined && body !== 'bytes';
    const ask = () =>
      fetch(base + addressOf(name, request), {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'Content-Type': isJson ? 'application/json' : 'application/octet-stream' }),
        },
        ...(body === undefined
          ? {}
          : { body: isJson ? JSON.stringify(request.body) : (request.body as Uint8Array<ArrayBuffer>) }),
        ...(signal === undefined ? {} : { signal }),
      });
    // A connection that was kept may be closed just as it is used again; asking twice for the same is harmless.
    const response = await ask().catch((error: unknown) => {
      if (method !== 'GET' || signal !== undefined) throw error;
      return ask();
    });
    if (response.ok) return response;
    throw await refusal(response);
  };
  return {
    async ask<Name extends Exclude<RouteName, 'events'>>(name: Name, request: RequestOf<Name>) {
      const { answer }: Route = ROUTES[name];
      const response = await send(name, request);
      if (answer instanceof z.ZodType) return answer.parse(await response.json()) as AnswerOf<Name>;
      return new Uint8Array(await response.arrayBuffer()) as AnswerOf<Name>;
    },
    async listen(onEvent, { signal, onConnection }) {
      while (!signal.aborted) {
        try {
          const response = await send('events', {}, signal);
          onConnection?.(true);
          for await (const event of eventsOf(response)) onEvent(event);
        } catch (error) {
          // Refused for good, as with a wrong token: asking again would not help.
          if (error instanceof PatchclError) throw error;
        }
        if (signal.aborted) return;
        onConnection?.(false);
        await new Promise((wake) => setTimeout(wake, RETRY));
      }
    },
  };
}

async function refusal(response: Response): Promise<PatchclError> {
  const parsed = failureSchema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) return new PatchclError('unsupported', `the studio answered with status ${response.status}`);
  const { code, message } = parsed.data.error;
  return new PatchclError(code as ErrorCode, message);
}

/** The events of a stream: lines that begin with `data: `. */
async function* eventsOf(response: Response): AsyncGenerator<StudioEvent> {
  const decoder = new TextDecoder();
  // Not `for await`: Safari's streams are no async iterables.
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
    rest = lines.pop() as string;
    for (const line of lines) {
      if (line.startsWith('data: ')) yield eventSchema.parse(JSON.parse(line.slice('data: '.length)));
    }
  }
}
