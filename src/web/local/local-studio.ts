import { z } from 'zod';
import {
  type AnswerOf,
  type Studio as Api,
  type RequestOf,
  ROUTES,
  type Route,
  type RouteName,
  type StudioEvent,
} from '../../studio/api/index.ts';
import { checked } from '../../studio/checked.ts';
import type { Body, Content } from '../../studio/content.ts';
import { handlersOf } from '../../studio/handlers.ts';
import type { StartChild } from '../../studio/host.ts';
import { openStudio } from '../../studio/studio.ts';
import type { StudioFiles } from '../../studio/studio-files.ts';

export interface LocalStudioOptions {
  readonly files: StudioFiles;
  readonly start: StartChild;
  readonly version: string;
  /** Folder of the scans; a project that was opened before knows it. */
  readonly data?: string;
  /** Folder of the project. */
  readonly folder: string;
}

/** A studio without a server: the same work, done by workers of this page on files that the browser keeps. */
export interface LocalStudio extends Api {
  close(): Promise<void>;
}

/** @throws PatchclError for folders that cannot be used */
export async function localStudio(options: LocalStudioOptions): Promise<LocalStudio> {
  const { files, start, version, data, folder } = options;
  const listeners = new Set<(event: StudioEvent) => void>();
  const opened = await openStudio(
    { folder, ...(data !== undefined && { data }) },
    {
      files,
      start,
      version,
      // What went wrong is told by events and answers; there is no terminal.
      log() {},
      emit(event) {
        for (const listener of listeners) listener(event);
      },
    },
  );
  const handlers = handlersOf(opened) as Readonly<Record<string, (request: object) => Promise<unknown>>>;
  void opened.readAll();
  return {
    async ask<Name extends Exclude<RouteName, 'events'>>(name: Name, request: RequestOf<Name>) {
      const route: Route = ROUTES[name];
      const answer = await (handlers[name] as (request: object) => Promise<unknown>)(
        checkedRequest(route, request, files),
      );
      if (route.answer instanceof z.ZodType) return route.answer.parse(answer) as AnswerOf<Name>;
      return (await bytesOf(files, answer as Content)) as AnswerOf<Name>;
    },
    async listen(onEvent, { signal, onConnection }) {
      onEvent({ type: 'hello', version });
      onConnection?.(true);
      listeners.add(onEvent);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      listeners.delete(onEvent);
    },
    close: () => opened.close(),
  };
}

/** The request as a server would have understood it. @throws Refusal 400 */
function checkedRequest(
  { query, body }: Route,
  request: Readonly<Record<string, unknown>>,
  files: StudioFiles,
): object {
  const asked = Object.keys(query.shape).filter((key) => request[key] !== undefined);
  const known = checked(query, Object.fromEntries(asked.map((key) => [key, request[key]])), 'query') as object;
  const sent =
    body === 'bytes' ? bodyOf(request.body as Uint8Array, files) : body && checked(body, request.body, 'body');
  return { case: request.case, run: request.run, ...known, body: sent };
}

function bodyOf(bytes: Uint8Array, files: StudioFiles): Body {
  return { bytes: async () => bytes, toFile: (path) => files.write(path, bytes) };
}

async function bytesOf(files: StudioFiles, { content }: Content): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return content;
  const { file, start = 0, length } = content;
  if (length === undefined && start === 0) return files.read(file);
  return files.readPart(file, start, length ?? ((await files.stat(file))?.size ?? 0) - start);
}
