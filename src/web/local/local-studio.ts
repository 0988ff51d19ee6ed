import {
  type AnswerOf,
  type RequestOf,
  ROUTES,
  type Route,
  type RouteName,
  type StudioClient,
  type StudioEvent,
} from '../../studio/api/index.ts';
import { openStudioBackend } from '../../studio/backend.ts';
import { dispatch, type RawRequest } from '../../studio/dispatch.ts';
import { type Body, type Content, handlersOf } from '../../studio/handlers/index.ts';
import type { StartChild } from '../../studio/host.ts';
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
export interface LocalStudio extends StudioClient {
  close(): Promise<void>;
}

/** @throws PatchclError for folders that cannot be used */
export async function localStudio(options: LocalStudioOptions): Promise<LocalStudio> {
  const { files, start, version, data, folder } = options;
  const listeners = new Set<(event: StudioEvent) => void>();
  const opened = await openStudioBackend(
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
  const handlers = handlersOf(opened);
  void opened.readAll();
  return {
    async ask<Name extends Exclude<RouteName, 'events'>>(name: Name, request: RequestOf<Name>) {
      const answer = await dispatch(handlers, name, rawRequest(name, request, files));
      return ('json' in answer ? answer.json : await bytesOf(files, answer.content)) as AnswerOf<Name>;
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

/** The request as a server would have understood it. */
function rawRequest(name: RouteName, request: Readonly<Record<string, unknown>>, files: StudioFiles): RawRequest {
  const { query }: Route = ROUTES[name];
  const asked = Object.keys(query.shape).filter((key) => request[key] !== undefined);
  return {
    ids: { case: request.case, run: request.run },
    query: Object.fromEntries(asked.map((key) => [key, request[key]])),
    bytes: () => bodyOf(request.body as Uint8Array, files),
    json: async () => request.body,
  };
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
